/**
 * How much is let through, in each window that begins at a whole multiple of its length. A function reads these from
 * its environment; `infra/settings.ts` sets them.
 *
 * - `key`: requests of an API key; `participant`: of a participant's tokens
 * - `signUps`: sign-ups that an API key reports; `costly`: requests of a caller that read or move much
 * - `strangers`: requests of an address without a valid key or token
 * - `unknownCodes`: codes that nobody has, asked for at the redirect by an address, or elsewhere by a participant
 * - `visitorGuesses`: codes that nobody has, named by an address for which a server reports clicks and sign-ups
 */
export type RateLimitName =
  | 'key'
  | 'participant'
  | 'signUps'
  | 'costly'
  | 'strangers'
  | 'unknownCodes'
  | 'visitorGuesses';

/** So much in each window. */
export interface RateLimit {
  readonly most: number;
  readonly windowSeconds: number;
}

export type RateLimits = Readonly<Record<RateLimitName, RateLimit>>;

const minute = (most: number): RateLimit => ({ most, windowSeconds: 60 });

/** Generous to servers, who are known; strict with whoever guesses. */
export const defaultRateLimits: RateLimits = {
  key: minute(60_000),
  participant: minute(600),
  signUps: minute(12_000),
  costly: minute(600),
  strangers: minute(3_000),
  unknownCodes: minute(60),
  visitorGuesses: minute(60),
};

/** Reads limits as the environment has them: those of `RateLimits` that differ from the defaults, as JSON. */
export function readRateLimits(text: string | undefined): RateLimits {
  return { ...defaultRateLimits, ...(text === undefined ? {} : JSON.parse(text)) };
}

/** Operations that read or move much: more than a few items, or calls to others. */
export const costlyOperations: readonly string[] = [
  'createPayoutBatch',
  'freezePayoutBatch',
  'sendPayoutBatch',
  'cancelPayoutBatch',
  'reconcilePayoutBatch',
  'recordBatchResults',
  'exportPayoutBatch',
  'getStatement',
  'loadCoupons',
  'dryRunFraudRules',
  'reportAttribution',
  'groupReviews',
  'getLinkQr',
  'redriveDeadLetters',
];

/** Operations by which people become users. */
export const signUpOperations: readonly string[] = ['verifyReferral', 'processReferral', 'createReferral'];
