/**
 * The shape of the one table: what infrastructure makes and what `keys.ts` fills.
 * docs/access-patterns.md explains it.
 */
export const layout = {
  partitionKey: 'pk',
  sortKey: 'sk',
  ttl: 'expiresAt',
  /** Lists newest first: a participant's activity, referrals and links, a program's participants, payouts and their batches, all programs. */
  listIndex: { name: 'lists', partitionKey: 'listPk', sortKey: 'listSk' },
} as const;

/** First words of partition keys, in the table and in the index. IAM policies are written in these. */
export const partitions = {
  apiKey: 'APIKEY#',
  audit: 'AUDIT#',
  click: 'CLICK#',
  clickDays: 'CLICK_DAYS#',
  clickReport: 'CLICK_REPORT#',
  code: 'CODE#',
  event: 'EVENT#',
  fingerprint: 'FINGERPRINT#',
  hook: 'HOOK#',
  linkUse: 'LINK_USE#',
  participant: 'PARTICIPANT#',
  pool: 'POOL#',
  payoutBatch: 'PAYOUT_BATCH#',
  program: 'PROGRAM#',
  tally: 'TALLY#',
  visitor: 'VISITOR#',
  activityList: 'ACTIVITY#',
  freeCouponList: 'COUPONS#',
  auditList: 'AUDITS#',
  linkList: 'LINKS#',
  participantList: 'PARTICIPANTS#',
  payoutBatchList: 'PAYOUT_BATCHES#',
  payoutList: 'PAYOUTS#',
  programList: 'PROGRAMS',
  referralList: 'REFERRALS#',
  reviewList: 'REVIEWS#',
} as const;

export type Partition = keyof typeof partitions;
