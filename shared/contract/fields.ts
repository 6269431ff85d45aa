import * as z from 'zod';
import { idForms } from './id-forms.ts';

/** Highest amount taken from outside, in minor units: sums of thousands of them stay exact in JSON. */
export const maxAmount = 999_999_999_999;

/** Says what is wrong of an id of the customer's own. */
const ownIdError =
  (form: string) =>
  ({ input }: { readonly input: unknown }): string =>
    input === '.' || input === '..' ? 'must not be . or .. alone' : form;

export const userId = z
  .string()
  .regex(idForms.userId, { error: ownIdError('must be 1 to 128 of: letters, digits, . _ : @ | + -') })
  .meta({ id: 'UserId', description: "The customer's own id of the user", example: 'alice' });

export const programId = z
  .string()
  .regex(idForms.programId, 'must be 1 to 63 lower-case letters, digits or hyphens')
  .meta({ id: 'ProgramId', description: 'Program; `default` unless given', example: 'default' });

export const code = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{2,49}$/,
    'must be 3 to 50 letters, digits, _ or -, the first a letter or digit',
  )
  .meta({
    id: 'ReferralCode',
    description: 'Referral code, matched case-insensitively',
    example: 'alice-rocks',
  });

export const eventId = z
  .string()
  .regex(idForms.eventId, { error: ownIdError('must be 1 to 128 of: letters, digits, . _ : -') })
  .meta({ id: 'OwnId', description: 'An id of your own', example: 'order-1' });

export const visitorId = z
  .string()
  .regex(/^[A-Za-z0-9._:|-]{1,128}$/, 'must be 1 to 128 of: letters, digits, . _ : | -')
  .meta({ id: 'VisitorId', description: 'Your own id of a visitor, from before they are a user' });

export const clickId = z
  .string()
  .regex(/^clk_[0-9a-z]{26}$/, 'must be a click id such as clk_ and 26 characters')
  .meta({ id: 'ClickId', example: 'clk_3q8zk1vdn5m7r2t9w4x6y0b8ch' });
export const referralId = z
  .string()
  .regex(/^ref_[0-9a-z]{26}$/, 'must be a referral id')
  .meta({ id: 'ReferralId', example: 'ref_75gs1zwdtb14s7z1jdrnrhz197' });
export const rewardId = z
  .string()
  .regex(/^rwd_[0-9a-z]{26}_[0-9a-z_-]{1,64}$/, 'must be a reward id')
  .meta({ id: 'RewardId', example: 'rwd_75gs1zwdtb14s7z1jdrnrhz197_1_0' });
export const payoutId = z
  .string()
  .regex(/^pay_[0-9a-z]{26}_[0-9a-z]{26}$/, 'must be a payout id')
  .meta({ id: 'PayoutId', example: 'pay_7dhpt0yfw78tswpgp6kg6ppnxf_01kakzv2qe3h8s7w9n5c4b6d2f' });

/** Integer minor units. */
export const amount = z
  .int('must be an integer in minor units')
  .min(0, 'must not be negative')
  .max(maxAmount, `must be at most ${maxAmount}`)
  .meta({ id: 'Amount', description: 'Integer minor units (cents)', example: 4900 });

export const positiveAmount = z
  .int('must be an integer in minor units')
  .min(1, 'must be at least 1')
  .max(maxAmount, `must be at most ${maxAmount}`)
  .meta({ id: 'PositiveAmount', description: 'Integer minor units (cents)', example: 1470 });

/** Signed sums that the service answers with. */
export const signedAmount = z
  .int()
  .meta({ id: 'SignedAmount', description: 'Integer minor units; negative for what is owed back' });

/** Three letters; whether ISO 4217 lists it is checked against `shared/domain/money`. */
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as USD')
  .meta({ id: 'Currency', description: 'ISO 4217 code', example: 'USD' });

/** A currency of ISO 4217, or `points`. */
export const unit = z
  .union([currency, z.literal('points')], 'must be an ISO 4217 code such as USD, or points')
  .meta({ id: 'CurrencyOrPoints' });

/** Text without control characters, and without halves of a character, which the table does not take. */
export const text = (max: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters`)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not contain control characters or broken ones');

/** What a visitor brought along: whatever it holds, it refuses nothing that is beside it. Empty is as if not given. */
export const evidence = z
  .string()
  .trim()
  .max(4096, 'must be at most 4096 characters')
  .transform((value) => value || undefined)
  .optional();

export const timestamp = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 date-time with an offset' })
  .meta({ id: 'Timestamp', description: 'ISO 8601', example: '2026-11-21T10:00:00.000Z' });

/** Says what is wrong of an address that is meant for others to call or to come to. */
export const publicUrlError =
  'must be an absolute https URL of a public host, without user name, password or backslash';

/** An absolute https URL without credentials. */
export const httpsUrl = text(2048)
  .refine(isPlainHttpsUrl, publicUrlError)
  .meta({ id: 'HttpsUrl', description: 'Absolute https URL', example: 'https://example.com/welcome' });

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
    publicUrlError,
  )
  .meta({
    id: 'DestinationUrl',
    description: 'Absolute https URL; `http://127.0.0.1` for programs that name `127.0.0.1` as a host',
    example: 'https://example.com/welcome',
  });

/** The number of a network (autonomous system), as RFC 6793 has them. */
export const asn = z.int().min(1).max(4_294_967_295);

/** Whose advertisement a click came from. */
export const adNetwork = z
  .enum(['google', 'microsoft', 'tiktok', 'x', 'linkedin', 'reddit', 'facebook', 'other'])
  .meta({ id: 'AdNetwork' });

/**
 * An address in letters of any script (RFC 6531), in its domain as in its mailbox. What only quotes would allow is left
 * out: nobody has it, and it could be taken for several addresses.
 */
export const email = z
  .string()
  .refine(isEmailAddress, 'must be an e-mail address')
  .max(254, 'must be at most 254 characters')
  .meta({ format: 'idn-email' });

function isEmailAddress(value: string): boolean {
  const form = /^[^\s\p{C}@"(),:;<>[\]\\]+@([^\s\p{C}@"(),:;<>[\]\\/?#%]+)$/u;
  const host = `http://${form.exec(value.normalize('NFKC'))?.[1] ?? ''}`;
  if (!URL.canParse(host)) return false;
  return /^([a-z0-9-]{1,63}\.)+(?!\d+$)[a-z0-9-]{2,63}$/.test(new URL(host).hostname);
}

export const limit = z.coerce
  .number('must be a number')
  .int('must be an integer')
  .min(1, 'must be at least 1')
  .max(100, 'must be at most 100')
  .meta({ id: 'Limit', description: 'Entries a page, 50 unless given' });

export const cursor = text(2048).meta({ id: 'Cursor', description: 'From `nextCursor` of the page before' });

/** Query of every list. */
export const page = { limit: limit.optional(), cursor: cursor.optional() };

export const nextCursor = z.string().optional().meta({ description: 'Present when there is more' });
