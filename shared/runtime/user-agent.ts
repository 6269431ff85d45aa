import { createIsbotFromList, list } from 'isbot';

/**
 * Google's frame for old browsers was a plug-in, and whoever names it a person. The list says otherwise, since nobody has
 * had it for years; logs that are played again have.
 */
const isListed = createIsbotFromList(list.filter((pattern) => pattern !== 'chromeframe'));

/** What the list misses: Yahoo's crawler behind a browser's user agent. */
const unlisted = /\bslurp$/i;

/** What it takes for a tool, for want of a platform: browsers of simple phones, and Opera when it hides the platform. */
const plainBrowser = /MAUI\b.*\bbrowser\b|\bbrowser\/MAUI\b|^opera[ /][\d.]+$/i;

/** People who set their own user agent may copy the header's name along. */
const headerName = /^user-agent:\s*/i;

/** Whether a kept list (`isbot`) takes a user agent for a machine's: crawlers, tools, monitors, previews. */
export function isBotAgent(userAgent: string | undefined): boolean {
  const agent = userAgent?.replace(headerName, '') ?? '';
  return unlisted.test(agent) || (isListed(agent) && !plainBrowser.test(agent));
}
