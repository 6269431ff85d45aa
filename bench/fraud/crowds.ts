import type { AdNetwork } from '../../shared/domain/clicks/ad-network.ts';
import type { VisitKind } from '../../shared/domain/clicks/visit.ts';
import type { FraudSettings } from '../../shared/domain/fraud/settings.ts';

/** A sign-up of the labelled set, as a customer's backend would report it. */
export interface LabelledSignUp {
  readonly crowd: string;
  readonly isFraud: boolean;
  /** Milliseconds since the set begins. */
  readonly at: number;
  readonly referrerId: string;
  readonly refereeId: string;
  readonly email: string;
  readonly ip: string;
  readonly deviceId: string;
  readonly paymentFingerprint?: string;
  /** Milliseconds from click to sign-up; absent: there was no click. */
  readonly sinceClick?: number;
  /** Whose the click was; a person's unless it says otherwise. */
  readonly clickKind?: VisitKind;
  /** Whether the snippet saw the page that the click led to; it did unless it says otherwise. */
  readonly landed?: boolean;
  readonly referrerHost?: string;
  readonly adNetwork?: AdNetwork;
  /** The number of the network that the click came from. */
  readonly asn?: number;
  readonly userAgent: string;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32). */
export function numbersOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Next = () => number;

const between = (next: Next, low: number, high: number) => low + Math.floor(next() * (high - low));
const some = (count: number) => Array.from({ length: count }, (_, n) => n);

const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** Networks by which people come: Deutsche Telekom, Comcast, Orange, BT, and iCloud Private Relay by Cloudflare. */
const accessNetworks = [3320, 7922, 3215, 2856, 13335];

/** Somebody who has nothing to do with anybody, brought by a click that they followed at leisure. */
function stranger(next: Next, crowd: string, n: number, at: number, referrerId: string): LabelledSignUp {
  const id = `${crowd}-${n}`;
  return {
    crowd,
    isFraud: false,
    at,
    referrerId,
    refereeId: id,
    email: `${id}@gmail.com`,
    ip: `198.51.${between(next, 0, 256)}.${between(next, 0, 256)}`,
    deviceId: `device of ${id}`,
    paymentFingerprint: `card of ${id}`,
    sinceClick: between(next, 20_000, 2 * hour),
    referrerHost: 'news.example',
    asn: accessNetworks[between(next, 0, accessNetworks.length)] ?? 3320,
    userAgent: browser,
  };
}

type MakeCrowd = (next: Next) => LabelledSignUp[];

/** One person with many accounts: now a tag on the mailbox, now a new mailbox, on one device, paid by one card. */
const selfReferralFarm: MakeCrowd = (next) =>
  some(30).map((n) => ({
    ...stranger(next, 'self-referral farm', n, n * 2 * hour, 'farmer'),
    isFraud: true,
    email: n % 3 === 0 ? `farmer+${n}@gmail.com` : n % 3 === 1 ? `f${n}@mailinator.com` : `f${n}@gmail.com`,
    ip: '192.0.2.10',
    ...(n % 2 === 0 && { deviceId: 'device of farmer' }),
    ...(n % 5 === 0 && { paymentFingerprint: 'card of farmer' }),
  }));

/** A script that signs up from a few addresses as fast as it can. */
const velocityBurst: MakeCrowd = (next) =>
  some(60).map((n) => ({
    ...stranger(next, 'velocity burst', n, 3 * hour + n * 5_000, 'burster'),
    isFraud: true,
    ip: `192.0.2.${20 + (n % 3)}`,
    sinceClick: between(next, 200, 3_000),
  }));

/** A shelf of devices that works for several referrers. */
const deviceFarm: MakeCrowd = (next) =>
  some(60).map((n) => ({
    ...stranger(next, 'device farm', n, n * 20 * minute, `shelf-${n % 5}`),
    isFraud: true,
    ip: `192.0.2.${40 + (n % 6)}`,
    deviceId: `device of shelf ${n % 4}`,
  }));

/** Friends who invite each other in circles, each having signed up by another before. */
const cycles: MakeCrowd = (next) =>
  some(5).flatMap((ring) =>
    some(4).map((n) => ({
      ...stranger(
        next,
        'cycles',
        ring * 10 + n,
        ring * day + n * hour,
        `cycles-${ring * 10 + ((n + 1) % 4)}`,
      ),
      isFraud: n === 3,
    })),
  );

/** A code that stands on a site for coupons: people who would have come anyway. */
const couponLeak: MakeCrowd = (next) =>
  some(80).map((n) => {
    const { sinceClick: _, ...person } = stranger(next, 'coupon leak', n, 30 * hour + n * 15_000, 'leaker');
    return { ...person, isFraud: true };
  });

/** A script that takes its time and an address for each, and says what it is. */
const scriptedSignUps: MakeCrowd = (next) =>
  some(40).map((n) => ({
    ...stranger(next, 'scripted sign-ups', n, n * hour, 'scripter'),
    isFraud: true,
    userAgent: 'python-requests/2.31.0',
  }));

/** A farm that signs up a few a day from one address, each on a new device. */
const patientFarm: MakeCrowd = (next) =>
  some(60).map((n) => ({
    ...stranger(next, 'patient farm', n, n * 4 * hour, 'patient'),
    isFraud: true,
    ip: '192.0.2.60',
  }));

/** Advertisements for the name of the brand itself, which bring those who were looking for it. */
const brandBidding: MakeCrowd = (next) =>
  some(50).map((n) => ({
    ...stranger(next, 'brand bidding', n, 20 * hour + n * 25 * minute, 'bidder'),
    isFraud: true,
    referrerHost: 'www.google.com',
    adNetwork: n % 4 === 0 ? ('microsoft' as const) : ('google' as const),
  }));

/** Browsers on rented servers, driven at the pace of people, each from a server and with a card of its own. */
const serverFarm: MakeCrowd = (next) =>
  some(60).map((n) => ({
    ...stranger(next, 'server farm', n, n * 3 * hour, `hirer-${n % 3}`),
    isFraud: true,
    ip: `192.0.2.${100 + n}`,
    asn: [24940, 16276, 14061][n % 3] ?? 24940,
  }));

/** One account that names itself as the one who brought it. */
const ownLinks: MakeCrowd = (next) =>
  some(6).map((n) => ({
    ...stranger(next, 'own links', n, n * 9 * hour, `own links-${n}`),
    isFraud: true,
  }));

/** A crawler that follows links and signs up by what they lead to. */
const crawledClicks: MakeCrowd = (next) =>
  some(20).map((n) => ({
    ...stranger(next, 'crawled clicks', n, n * 6 * hour, 'crawled'),
    isFraud: true,
    clickKind: 'bot' as const,
    landed: false,
  }));

/** Sign-ups from a site for coupons that the program does not pay for. */
const bannedSite: MakeCrowd = (next) =>
  some(20).map((n) => ({
    ...stranger(next, 'banned site', n, n * 7 * hour, 'couponer'),
    isFraud: true,
    referrerHost: n % 2 === 0 ? 'coupons.example' : 'www.coupons.example',
  }));

/** Clicks that a script makes up for people who never saw a page of them. */
const stuffedClicks: MakeCrowd = (next) =>
  some(20).map((n) => ({
    ...stranger(next, 'stuffed clicks', n, n * 8 * hour, 'stuffer'),
    isFraud: true,
    landed: false,
  }));

/** One person with a domain of their own, and a mailbox on it for each account. */
const ownDomain: MakeCrowd = (next) =>
  some(20).map((n) => ({
    ...stranger(next, 'own domain', n, n * 5 * hour, 'catcher'),
    isFraud: true,
    email: `any${n}@catch-all.example`,
  }));

/** People who read without JavaScript, of whom the snippet sees no page. */
const withoutJavaScript: MakeCrowd = (next) =>
  some(10).map((n) => ({
    ...stranger(next, 'without JavaScript', n, n * 13 * hour, `reader-${n}`),
    landed: false,
  }));

/** Students of one campus, behind one address, who tell each other. */
const campus: MakeCrowd = (next) =>
  some(120).map((n) => ({
    ...stranger(next, 'campus', n, 10 * hour + n * 3 * minute, `student-${n % 4}`),
    ip: '203.0.113.1',
    email: `student${n}@university.example`,
  }));

/** Families of one device and one address, one of whom invites the others. */
const families: MakeCrowd = (next) =>
  some(15).flatMap((home) =>
    some(3).map((n) => ({
      ...stranger(next, 'families', home * 10 + n, home * 5 * hour + n * day, `parent-${home}`),
      ip: `203.0.113.${10 + home}`,
      deviceId: `tablet of home ${home}`,
      ...(n === 0 && { paymentFingerprint: `card of parent-${home}` }),
    })),
  );

/** A post that many follow within an hour. */
const viralPost: MakeCrowd = (next) =>
  some(300).map((n) => stranger(next, 'viral post', n, 50 * hour + n * 12_000, 'famous'));

/** Friends who share a link on Facebook, which marks each click. */
const sharedPost: MakeCrowd = (next) =>
  some(50).map((n) => ({
    ...stranger(next, 'shared post', n, n * hour, 'sharer'),
    referrerHost: 'l.facebook.com',
    adNetwork: 'facebook' as const,
  }));

/** Colleagues of one company, at their desks. */
const colleagues: MakeCrowd = (next) =>
  some(20).map((n) => ({
    ...stranger(next, 'colleagues', n, n * 4 * hour, 'employee'),
    ip: '203.0.113.200',
    email: `c${n}@acme.example`,
  }));

/** People whose company sends them out by its own exit, on servers that it rents, or by a service made for that. */
const companyVpn: MakeCrowd = (next) =>
  some(40).map((n) => ({
    ...stranger(next, 'company VPN', n, n * 5 * hour, `remote-${n % 8}`),
    ip: `203.0.113.${220 + (n % 4)}`,
    asn: [16509, 8075, 22616, 22616][n % 4] ?? 22616,
  }));

const everybodyElse: MakeCrowd = (next) =>
  some(400).map((n) => stranger(next, 'everybody else', n, n * 11 * minute, `member-${n % 60}`));

/** What a program with these crowds has set: the site that it does not pay for, and that its pages have the snippet. */
export const programSettings = {
  rules: { banned_source: { hosts: ['coupons.example'] }, no_page_view: { action: 'flag' } },
} as const satisfies FraudSettings;

const crowds = [
  ...[selfReferralFarm, velocityBurst, deviceFarm, cycles, couponLeak],
  ...[scriptedSignUps, patientFarm, brandBidding, serverFarm],
  ...[campus, families, viralPost, sharedPost, colleagues, companyVpn, everybodyElse],
  ...[ownLinks, crawledClicks, bannedSite, stuffedClicks, ownDomain, withoutJavaScript],
];

/** The referrers, as they registered: what a crowd has of its own in common with who brings it. */
export const referrers: Readonly<Record<string, Partial<LabelledSignUp>>> = {
  farmer: {
    email: 'farmer@gmail.com',
    ip: '192.0.2.10',
    deviceId: 'device of farmer',
    paymentFingerprint: 'card of farmer',
  },
  'student-0': { ip: '203.0.113.1', email: 'student@university.example' },
  catcher: { email: 'catcher@catch-all.example' },
  employee: { ip: '203.0.113.200', email: 'employee@acme.example' },
  ...Object.fromEntries(
    some(15).map((home) => [
      `parent-${home}`,
      {
        ip: `203.0.113.${10 + home}`,
        deviceId: `tablet of home ${home}`,
        paymentFingerprint: `card of parent-${home}`,
      },
    ]),
  ),
};

/** All crowds together, in the order of time. The same seed makes the same set. */
export function makeLabelledSet(seed: number): readonly LabelledSignUp[] {
  const next = numbersOf(seed);
  return crowds.flatMap((make) => make(next)).sort((a, b) => a.at - b.at);
}
