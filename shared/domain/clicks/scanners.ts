/**
 * What services that look at links before people do, or in place of them, call themselves: previews in chats and social
 * networks, mail gateways, link checkers. From their own documentation, and the list of `isbot`'s fixtures. Only names
 * that no browser carries: `Instagram` or `Viber` in a user agent is a person within that app.
 */
const names = [
  // Previews.
  'bingpreview',
  'bitlybot',
  'bluesky cardyb',
  'discordbot',
  'embedly',
  'facebookcatalog',
  'facebookexternalhit',
  'facebot',
  'flipboardproxy',
  'google web preview',
  'google-pagerenderer',
  'googleimageproxy',
  'iframely',
  'kakaotalk-scrap',
  'line-poker',
  'linkedinbot',
  'mastodon/',
  'matrix-media-repo',
  'microsoftpreview',
  'nextcloud server crawler',
  'notionembedder',
  'odklbot',
  'pinterestbot',
  'pleroma',
  'quora link preview',
  'redditbot',
  'signal-desktop/.*preview',
  'skypeuripreview',
  'slack-imgproxy',
  'slackbot',
  'snap url preview',
  'steam.*chaturllookup',
  'synapse \\(bot',
  'telegrambot',
  'trello link preview',
  'tumblr/',
  'twitterbot',
  'valve/steam',
  'viberurlpreview',
  'viber url downloader',
  'vkshare',
  'whatsapp/',
  'xing-contenttabreceiver',
  'yahoo link preview',
  'yahoomailproxy',
  // Mail gateways and link checkers.
  'barracuda',
  'bitdefender',
  'checkmarknetwork',
  'cloudflare-securitycenter',
  'fireeye',
  'forcepoint',
  'google-safety',
  'ironport',
  'microsoft office \\w+ discovery',
  'mimecast',
  'netcraft',
  'proofpoint',
  'safelinks',
  'symantec',
  'trendmicro',
  'urldefense',
  'urlscan',
  'virustotal',
  'zscaler',
];

const scanner = new RegExp(names.join('|'), 'i');

/** Whether a user agent is that of a mail gateway, a chat that shows a preview, or another who looks at links for others. */
export function isScannerAgent(userAgent: string): boolean {
  return scanner.test(userAgent);
}
