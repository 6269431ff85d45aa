import * as z from 'zod';

/** Highest amount taken from outside, in minor units: sums of thousands of them stay exact in JSON. */
export const maxAmount = 999_999_999_999;

/** Letters, digits and `. _ : @ | + -`: fits a path segment, e-mail addresses and the ids of the usual identity providers. */
export const userId = z
  .string()
  .regex(/^[A-Za-z0-9._:@|+-]{1,128}$/, 'must be 1 to 128 of: letters, digits, . _ : @ | + -')
  .meta({ description: "The customer's own id of the user", example: 'alice' });

export const programId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be 1 to 63 lower-case letters, digits or hyphens')
  .meta({ description: 'Program; `default` unless given', example: 'default' });

export const code = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{2,49}$/, 'must be 3 to 50 letters, digits, _ or -')
  .meta({ description: 'Referral code, matched case-insensitively', example: 'k7m2qxw9' });

export const eventId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/, 'must be 1 to 128 of: letters, digits, . _ : -');

export const visitorId = z
  .string()
  .regex(/^[A-Za-z0-9._:|-]{1,128}$/, 'must be 1 to 128 of: letters, digits, . _ : | -')
  .meta({ description: 'Your own id of a visitor, from before they are a user' });

export const clickId = z
  .string()
  .regex(/^clk_[0-9a-z]{26}$/, 'must be a click id such as clk_ and 26 characters');
export const referralId = z.string().regex(/^ref_[0-9a-z]{26}$/, 'must be a referral id');
export const rewardId = z.string().regex(/^rwd_[0-9a-z]{26}_[0-9a-z_-]{1,64}$/, 'must be a reward id');
export const payoutId = z.string().regex(/^pay_[0-9a-z]{26}_[0-9a-z]{26}$/, 'must be a payout id');

/** Integer minor units. */
export const amount = z
  .int('must be an integer in minor units')
  .min(0, 'must not be negative')
  .max(maxAmount, `must be at most ${maxAmount}`)
  .meta({ description: 'Integer minor units (cents)', example: 4900 });

export const positiveAmount = z
  .int('must be an integer in minor units')
  .min(1, 'must be at least 1')
  .max(maxAmount, `must be at most ${maxAmount}`)
  .meta({ description: 'Integer minor units (cents)', example: 1470 });

/** Signed sums that the service answers with. */
export const signedAmount = z
  .int()
  .meta({ description: 'Integer minor units; negative for what is owed back' });

/** Three letters; whether ISO 4217 lists it is checked against `shared/domain/money`. */
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as USD')
  .meta({ description: 'ISO 4217 code', example: 'USD' });

/** A currency of ISO 4217, or `points`. */
export const unit = z.union(
  [currency, z.literal('points')],
  'must be an ISO 4217 code such as USD, or points',
);

/** Text without control characters, and without halves of a character, which the table does not take. */
export const text = (max: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters`)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not contain control characters or broken ones');

export const timestamp = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 date-time with an offset' })
  .meta({ description: 'ISO 8601', example: '2026-11-21T10:00:00.000Z' });

/** An absolute https URL without credentials. */
export const httpsUrl = text(2048)
  .refine(isPlainHttpsUrl, 'must be an absolute https URL without user name, password or backslash')
  .meta({ description: 'Absolute https URL', example: 'https://example.com/welcome' });

function isPlainHttpsUrl(value: string): boolean {
  if (/[\s\\]/.test(value) || !URL.canParse(value)) return false;
  const url = new URL(value);
  return (
    url.protocol === 'https:' && url.username === '' && url.password === '' && url.hostname.includes('.')
  );
}

const ownMachine = /^http:\/\/127\.0\.0\.1(:\d{1,5})?([/?#][^\s\\]*)?$/;

/** Where a link leads: https, or without TLS this very machine, which a program must name among its hosts. */
export const destinationUrl = text(2048)
  .refine(
    (value) => isPlainHttpsUrl(value) || (ownMachine.test(value) && URL.canParse(value)),
    'must be an absolute https URL without user name, password or backslash',
  )
  .meta({
    description: 'Absolute https URL; `http://127.0.0.1` for programs that name `127.0.0.1` as a host',
    example: 'https://example.com/welcome',
  });

/** Whose advertisement a click came from. */
export const adNetwork = z.enum([
  'google',
  'microsoft',
  'tiktok',
  'x',
  'linkedin',
  'reddit',
  'facebook',
  'other',
]);

export const email = z.email('must be an e-mail address').max(254, 'must be at most 254 characters');

export const limit = z.coerce
  .number('must be a number')
  .int('must be an integer')
  .min(1, 'must be at least 1')
  .max(100, 'must be at most 100')
  .meta({ description: 'Entries a page, 50 unless given' });

export const cursor = text(2048).meta({ description: 'From `nextCursor` of the page before' });

/** Query of every list. */
export const page = { limit: limit.optional(), cursor: cursor.optional() };

export const nextCursor = z.string().optional().meta({ description: 'Present when there is more' });
