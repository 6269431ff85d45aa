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
  apiKeyUse: 'APIKEY_USE#',
  audit: 'AUDIT#',
  click: 'CLICK#',
  clickDays: 'CLICK_DAYS#',
  clickReport: 'CLICK_REPORT#',
  code: 'CODE#',
  deadLetter: 'DEAD_LETTER#',
  delivery: 'DELIVERY#',
  event: 'EVENT#',
  fingerprint: 'FINGERPRINT#',
  holdEnd: 'HOLD_END#',
  hook: 'HOOK#',
  linkUse: 'LINK_USE#',
  notification: 'NOTIFICATION#',
  participant: 'PARTICIPANT#',
  pool: 'POOL#',
  payoutBatch: 'PAYOUT_BATCH#',
  program: 'PROGRAM#',
  rate: 'RATE#',
  request: 'REQUEST#',
  sequence: 'SEQUENCE#',
  tally: 'TALLY#',
  visitor: 'VISITOR#',
  webhookEndpoints: 'WEBHOOK_ENDPOINTS',
  activityList: 'ACTIVITY#',
  apiKeyList: 'APIKEYS',
  freeCouponList: 'COUPONS#',
  auditList: 'AUDITS#',
  deadLetterList: 'DEAD_LETTERS#',
  linkList: 'LINKS#',
  participantList: 'PARTICIPANTS#',
  payoutBatchList: 'PAYOUT_BATCHES#',
  payoutList: 'PAYOUTS#',
  programList: 'PROGRAMS',
  referralList: 'REFERRALS#',
  reviewList: 'REVIEWS#',
} as const;

/** The `type` of the item of events that wait for a sign-up: nobody's news, and written for most orders there are. */
export const earlyType = 'early';

export type Partition = keyof typeof partitions;
