/**
 * The people and things of all examples: Alice brings Bob to the default program; he orders for 49 dollars, and she
 * earns 10% of it. The ids are those that the service gives to these users.
 */
const aliceKey = '7dhpt0yfw78tswpgp6kg6ppnxf';
const bobKey = '75gs1zwdtb14s7z1jdrnrhz197';

export const ids = {
  click: 'clk_3q8zk1vdn5m7r2t9w4x6y0b8ch',
  referral: `ref_${bobKey}`,
  review: `rev_${bobKey}`,
  reward: `rwd_${bobKey}_1_0`,
  milestoneReward: `rwd_${aliceKey}_m-bronze`,
  rewardEntry: `ent_${bobKey}_1_0`,
  payout: `pay_${aliceKey}_01kakzv2qe3h8s7w9n5c4b6d2f`,
  payoutEntry: `ent_${aliceKey}_01kakzv2qe3h8s7w9n5c4b6d2f`,
  batch: 'pbt_01kam5x0c8r4t6v2w9y1z3b5d7',
} as const;

/** When what happened. */
export const times = {
  registered: '2026-11-20T09:00:00.000Z',
  clicked: '2026-11-21T10:00:00.000Z',
  signedUp: '2026-11-21T10:04:12.000Z',
  ordered: '2026-11-21T10:15:30.000Z',
  requested: '2026-11-28T08:00:00.000Z',
  paid: '2026-11-28T16:30:00.000Z',
} as const;

/** In the default program, Alice's. */
export const alices = { programId: 'default', userId: 'alice' } as const;

/** Why the order pays Alice: as its event tells it, and as a preview of it did. */
export const whyPaid = {
  ruleId: 'order-commission',
  beneficiaryId: 'alice',
  outcome: 'paid',
  reason: 'rule_matched',
  amount: 490,
  currency: 'USD',
  programVersion: 1,
} as const;
