import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readLog } from '../../examples/demo/read-log.ts';
import { isScannerAgent } from '../../shared/domain/clicks/scanners.ts';
import { classifyVisit } from '../../shared/domain/clicks/visit.ts';
import { describeAgent } from '../../shared/runtime/describe-agent.ts';
import { isBotAgent } from '../../shared/runtime/user-agent.ts';

const listed = (name: string) =>
  readFileSync(new URL(`../data/user-agents/${name}.txt`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
const kindOf = (userAgent: string | undefined) =>
  classifyVisit({ method: 'GET', userAgent, purpose: [], isBotAgent: isBotAgent(userAgent) });

describe('public lists of user agents', () => {
  it('of browsers: all are people', () => {
    const browsers = listed('browsers');
    expect(browsers.length).toBeGreaterThan(500);
    expect(browsers.filter((agent) => kindOf(agent) !== 'human')).toEqual([]);
  });

  it('of crawlers: all are machines', () => {
    const crawlers = listed('crawlers');
    expect(crawlers.length).toBeGreaterThan(600);
    expect(crawlers.filter((agent) => kindOf(agent) === 'human')).toEqual([]);
  });
});

describe('isBotAgent', () => {
  it.each([
    'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; WOW64; Trident/5.0; chromeframe/19.0.1084.52)',
    'MAXX_MAUI WAP Browser',
    'Opera 9.6',
    'User-Agent: Mozilla/5.0 (Windows NT 6.1; WOW64; rv:14.0) Gecko/20100101 Firefox/14.0.1',
    'LAVA.KKT35+ (MAUI/KKT35_S116_20130820) LAVA_KKT35 WAP Browser/MAUI (HTTPS)',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 334.0.4',
  ])('takes for a browser: %s', (agent) => expect(isBotAgent(agent)).toBe(false));

  it.each([
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.107 Safari/537.36 slurp',
    'User-Agent: curl/8.9.1',
    'curl/8.9.1',
  ])('takes for a machine: %s', (agent) => expect(isBotAgent(agent)).toBe(true));
});

const log = new URL('../../../shared/data/apache_access.log', import.meta.url);

describe.skipIf(!existsSync(log))(
  `the access log of a real site (skipped where ${log.pathname} is not)`,
  () => {
    /** What a crawler, a tool or a reader of feeds calls itself, or the address or mailbox that it leaves. */
    const namesItself =
      /bot\b|bot[/_ -]|crawl|spider|slurp|fetch|feed|rss|\bread(er)?\b|archiver|preview|validator|sleuth|proxy|google (favicon|desktop)|docs\.google|https?:\/\/|@\w+\.|dts agent|^(curl|wget|python|ruby|lwp|chef)\b|libwww-perl|libfetch|http_request|indy library|phantomjs/i;
    const isBrowser =
      /Firefox\/|Chrome\/|Safari\/|MSIE |Opera[/ ]\d|Trident\/|WAP Browser|Instagram|Links \(|Lynx/;
    const lines = async () => (await readLog(log.pathname)).lines;
    const agents = async () =>
      new Set((await lines()).flatMap(({ userAgent }) => (userAgent === undefined ? [] : [userAgent])));

    it('every crawler that names itself is a machine', async () => {
      const crawlers = [...(await agents())].filter((agent) => namesItself.test(agent));
      expect(crawlers.length).toBeGreaterThan(80);
      expect(crawlers.filter((agent) => kindOf(agent) === 'human')).toEqual([]);
    });

    it('no browser is', async () => {
      const browsers = [...(await agents())].filter(
        (agent) => isBrowser.test(agent) && !namesItself.test(agent),
      );
      expect(browsers.length).toBeGreaterThan(400);
      expect(browsers.filter((agent) => kindOf(agent) !== 'human')).toEqual([]);
    });
  },
);

describe('describeAgent', () => {
  it.each([
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
      { device: 'desktop', browser: 'Chrome', os: 'Windows' },
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      { device: 'mobile', browser: 'Safari', os: 'iOS' },
    ],
    [
      'Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1 Mobile/15E148 Safari/604.1',
      { device: 'tablet', browser: 'Safari', os: 'iOS' },
    ],
    [
      'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      { device: 'desktop', browser: 'Firefox', os: 'Linux' },
    ],
    [undefined, {}],
    ['', {}],
    ['-', {}],
    ['(MAUI/KKT35_S116_20130820;BDATE/2013/08/20 14:41;WAP Browser/MAUI (HTTPS)) LAVA', {}],
  ])('%s', (agent, described) => expect(describeAgent(agent)).toEqual(described));

  it('never throws, whatever a user agent is', () => {
    for (const agent of [...listed('browsers'), ...listed('crawlers'), '\u0000', '%', '/'.repeat(512)]) {
      for (const name of Object.values(describeAgent(agent))) expect(name).toMatch(/^[\w .+-]{1,40}$/);
    }
  });
});

describe('isScannerAgent', () => {
  it.each([
    'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
    'Slack-ImgProxy (+https://api.slack.com/robots)',
    'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
    'WhatsApp/2.23.20.0 A',
    'TelegramBot (like TwitterBot)',
    'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
    'LinkedInBot/1.0 (compatible; Mozilla/5.0; Jakarta Commons-HttpClient/3.1 +http://www.linkedin.com)',
    'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0',
    'Barracuda Sentinel (EE)',
    'Microsoft Office Protocol Discovery',
    'http.rb/5.1.1 (Mastodon/4.2.1; +https://mastodon.social/) Bot',
    'Google-Safety',
  ])('is a scanner: %s', (agent) => expect(kindOf(agent)).toBe('scanner'));

  it('is no browser', () => expect(listed('browsers').filter(isScannerAgent)).toEqual([]));
});
