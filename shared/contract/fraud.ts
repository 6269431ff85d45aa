import * as z from 'zod';
import { adNetwork, asn, email, text } from './fields.ts';

/** What is known of a person: kept as keyed hashes only, and compared with what is known of others. */
export const personSignals = {
  email: email.optional(),
  ip: z
    .union([z.ipv4(), z.ipv6()], 'must be an IPv4 or IPv6 address')
    .optional()
    .meta({ description: "The person's address as your server sees it", example: '203.0.113.7' }),
  deviceId: text(256).optional().meta({ description: 'Your own fingerprint or id of the device' }),
  paymentFingerprint: text(256)
    .optional()
    .meta({ description: "Your payment provider's fingerprint of the card or account" }),
  userAgent: text(1024).optional().meta({ description: "The `User-Agent` of the person's own request" }),
};

/** The rules that a program can set. The same user and circles are always rejected. */
const ruleIds = [
  ...(['same_email', 'same_device', 'same_payment', 'same_ip', 'same_domain'] as const),
  ...([
    'disposable_email',
    'fast_sign_up',
    'bot_click',
    'data_centre_click',
    'bot_sign_up',
    'banned_source',
    'paid_traffic',
    'no_page_view',
  ] as const),
  ...(['velocity_participant', 'velocity_code', 'velocity_ip', 'velocity_device'] as const),
  ...(['shared_ip', 'shared_payment', 'shared_cluster'] as const),
  ...(['fast_order', 'too_many_coupons', 'refund_rate'] as const),
] as const;

const ruleSettings = z.strictObject({
  action: z
    .enum(['off', 'flag', 'hold', 'reject'])
    .exactOptional()
    .meta({ description: 'hold: the referral and its rewards wait for a decision in the review queue' }),
  score: z.int().min(0).max(100).exactOptional().meta({ description: 'What it adds to the score' }),
  limit: z.int().min(2).max(20).exactOptional().meta({
    description:
      'For velocity_…, shared_…, too_many_coupons and refund_rate: from how many sign-ups, users, referrers, coupons or orders on',
  }),
  percent: z.int().min(1).max(100).exactOptional().meta({
    description:
      "For refund_rate: which share of the orders of a referrer's referees is refunded, cancelled or charged back",
  }),
  seconds: z.int().min(0).max(2_592_000).exactOptional().meta({
    description:
      'For velocity_…, shared_ip and too_many_coupons: within which time; for fast_sign_up and fast_order: how long it takes at least',
  }),
  hosts: z
    .array(text(255).regex(/^[A-Za-z0-9.*-]+$/, 'must be a host; * stands for any characters'))
    .max(100)
    .exactOptional()
    .meta({
      description: 'For banned_source: with those below them; * stands for any characters',
      example: ['*.coupons.example'],
    }),
  networks: z.array(adNetwork).max(8).exactOptional().meta({
    description: 'For paid_traffic: whose advertisements; all but facebook unless given',
  }),
  asns: z
    .array(asn)
    .max(200)
    .exactOptional()
    .meta({
      description: 'For data_centre_click: numbers of the networks that it finds, in place of its own list',
      example: [16509],
    }),
  moreAsns: z.array(asn).max(200).exactOptional().meta({
    description: 'For data_centre_click: … besides its own list, or what stands in its place',
  }),
});

const score = z.int().min(1).max(2000);

export const fraudSettings = z
  .strictObject({
    rules: z.partialRecord(z.enum(ruleIds), ruleSettings).exactOptional(),
    holdScore: score.exactOptional().meta({ description: 'From which sum of scores on a sign-up is held' }),
    rejectScore: score.exactOptional().meta({ description: '… is rejected' }),
  })
  .meta({
    id: 'FraudSettings',
    description:
      'What is left out is as it comes: the same mailbox is rejected, no_page_view, fast_order and refund_rate are off, all other rules flag, and no sum does anything',
  });
