import { eventKey } from '../domain/ids.ts';
import type { BalanceKind } from '../domain/money/balance.ts';
import { partitions } from './layout.ts';

/** The only place where keys are joined. docs/access-patterns.md lists them. */

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export interface ListKey {
  readonly listPk: string;
  readonly listSk: string;
}

/** Numbers in sort keys, so that they sort as numbers. */
const padded = (position: number): string => String(position).padStart(6, '0');

/** First word of the sort keys that together are a participant's overview: one query reads them all. */
export const overviewPrefix = 'OVERVIEW#';

/** First word of a referee's referral and its journal: one query reads both. */
export const referralPrefix = 'REFERRAL';

/** First words of the sort keys of a program's coupon pools, and within a pool of its codes and of what waits for one. */
export const poolPrefixes = { pool: 'POOL#', coupon: 'COUPON#', waiting: 'WAITING#' } as const;

/** First word of the sort keys of a program's templates of notifications. */
export const templatePrefix = 'TEMPLATE#';

const ofParticipant = (key: string, sk: string): Key => ({ pk: `${partitions.participant}${key}`, sk });

/** A participant's account: of money, of credit, or `points`. */
const accountOf = (kind: BalanceKind, currency: string): string =>
  `${currency}${kind === 'credit' ? '#credit' : ''}`;

export const keys = {
  program: (programId: string): Key => ({ pk: `${partitions.program}${programId}`, sk: 'CURRENT' }),
  programVersion: (programId: string, version: number): Key => ({
    pk: `${partitions.program}${programId}`,
    sk: `VERSION#${padded(version)}`,
  }),
  programClicks: (programId: string): Key => ({ pk: `${partitions.program}${programId}`, sk: 'CLICKS' }),

  participantPartition: (key: string): string => `${partitions.participant}${key}`,
  participant: (key: string): Key => ofParticipant(key, `${overviewPrefix}PROFILE`),
  progress: (key: string): Key => ofParticipant(key, `${overviewPrefix}PROGRESS`),
  participantClicks: (key: string): Key => ofParticipant(key, `${overviewPrefix}CLICKS`),
  balance: (key: string, kind: BalanceKind, currency: string): Key =>
    ofParticipant(key, `${overviewPrefix}BALANCE#${accountOf(kind, currency)}`),
  /** That an account is to be looked at in an hour (`2026-12-01T00`), as it holds something no longer. */
  holdEnd: (hour: string, key: string, kind: BalanceKind, currency: string): Key => ({
    pk: `${partitions.holdEnd}${hour}`,
    sk: `${key}#${accountOf(kind, currency)}`,
  }),
  /** How far such notes have been gone through. */
  holdWalk: { pk: `${partitions.holdEnd}WALK`, sk: 'PLACE' },
  milestone: (key: string, milestoneId: string): Key =>
    ofParticipant(key, `${overviewPrefix}MILESTONE#${milestoneId}`),
  referral: (refereeKey: string): Key => ofParticipant(refereeKey, referralPrefix),
  journal: (refereeKey: string, position: number, part: number): Key =>
    ofParticipant(refereeKey, `${referralPrefix}#${padded(position)}${part === 0 ? '' : `#${part}`}`),
  payout: (key: string, ulid: string): Key => ofParticipant(key, `PAYOUT#${ulid}`),
  /** Where a participant is paid. */
  payoutAccount: (key: string): Key => ofParticipant(key, 'PAYOUT_ACCOUNT'),
  ledgerEntry: (key: string, ulid: string): Key => ofParticipant(key, `ENTRY#${ulid}`),

  payoutBatch: (ulid: string): Key => ({ pk: `${partitions.payoutBatch}${ulid}`, sk: 'BATCH' }),
  /** Whom a batch was made for, a hundred an item. */
  payoutSelection: (ulid: string, part: number): Key => ({
    pk: `${partitions.payoutBatch}${ulid}`,
    sk: `SELECTION#${padded(part)}`,
  }),

  link: (code: string): Key => ({ pk: `${partitions.code}${code}`, sk: 'LINK' }),
  /** What a link has used up of its cap: apart from the link, which the redirect must not write. */
  linkUse: (code: string): Key => ({ pk: `${partitions.linkUse}${code}`, sk: 'USED' }),
  linkClicks: (code: string): Key => ({ pk: `${partitions.code}${code}`, sk: 'CLICKS' }),

  click: (clickId: string): Key => ({ pk: `${partitions.click}${clickId}`, sk: 'CLICK' }),
  repeatVisit: (clickId: string, visitId: string): Key => ({
    pk: `${partitions.click}${clickId}`,
    sk: `VISIT#${visitId}`,
  }),

  /** A click that was reported under an id of the customer's own. */
  clickReport: (key: string): Key => ({ pk: `${partitions.clickReport}${key}`, sk: 'REPORT' }),
  /** A click of a visitor whom the customer knows by an id; they sort by their time. */
  visitorClick: (visitorKey: string, at: number, clickId: string): Key => ({
    pk: `${partitions.visitor}${visitorKey}`,
    sk: `${String(at).padStart(15, '0')}#${clickId}`,
  }),

  /** A counter's clicks of a UTC day, by hour. `counter`: `link#…`, `participant#…` or `program#…`. */
  clickDay: (counter: string, day: string): Key => ({ pk: `${partitions.clickDays}${counter}`, sk: day }),

  /** The case of a referral that was held, with its referee. */
  review: (refereeKey: string): Key => ofParticipant(refereeKey, 'REVIEW'),

  /** Who used a fingerprint of late. */
  fingerprint: (programId: string, kind: string, hash: string): Key => ({
    pk: `${partitions.fingerprint}${programId}#${kind}#${hash}`,
    sk: 'USES',
  }),

  /** What a cap or budget has used up: below its participant, or below the program. */
  counter: (key: string, counter: string): Key => ofParticipant(key, `COUNTER#${counter}`),
  programCounter: (programId: string, counter: string): Key => ({
    pk: `${partitions.program}${programId}`,
    sk: `COUNTER#${counter}`,
  }),

  /** The numbers of a coupon pool. */
  couponPool: (programId: string, pool: string): Key => ({
    pk: `${partitions.program}${programId}`,
    sk: `${poolPrefixes.pool}${pool}`,
  }),
  coupon: (programId: string, pool: string, code: string): Key => ({
    pk: `${partitions.pool}${programId}#${pool}`,
    sk: `${poolPrefixes.coupon}${code}`,
  }),
  /** A reward that waits for a coupon; they sort by when they were earned. */
  waitingReward: (programId: string, pool: string, createdAt: string, rewardId: string): Key => ({
    pk: `${partitions.pool}${programId}#${pool}`,
    sk: `${poolPrefixes.waiting}${createdAt}#${rewardId}`,
  }),

  tally: (second: number, position: number): Key => ({
    pk: `${partitions.tally}${second}`,
    sk: padded(position),
  }),

  event: (programId: string, eventId: string): Key => ({
    pk: `${partitions.event}${eventKey(programId, eventId)}`,
    sk: 'EVENT',
  }),

  apiKey: (keyId: string): Key => ({ pk: `${partitions.apiKey}${keyId}`, sk: 'KEY' }),
  /** When a key was last used: apart from the key, which the authorizer must not write. */
  apiKeyUse: (keyId: string): Key => ({ pk: `${partitions.apiKeyUse}${keyId}`, sk: 'USED' }),

  hookOutcome: (id: string): Key => ({ pk: `${partitions.hook}${id}`, sk: 'OUTCOME' }),

  audit: (ulid: string): Key => ({ pk: `${partitions.audit}${ulid}`, sk: 'ENTRY' }),

  /** Where a participant can be written to. */
  contact: (key: string): Key => ofParticipant(key, 'CONTACT'),
  template: (programId: string, kind: string, language: string): Key => ({
    pk: `${partitions.program}${programId}`,
    sk: `${templatePrefix}${kind}#${language}`,
  }),
  /** That somebody has been, or is being, told of something. */
  notification: (notificationId: string): Key => ({
    pk: `${partitions.notification}${notificationId}`,
    sk: 'SENT',
  }),

  deadLetter: (messageId: string): Key => ({ pk: `${partitions.deadLetter}${messageId}`, sk: 'LETTER' }),

  /** A request under an idempotency key. */
  request: (id: string): Key => ({ pk: `${partitions.request}${id}`, sk: 'REQUEST' }),
  /** What was taken of a limit in a window: of whom, by the limit's name. */
  rate: (limit: string, subject: string, windowStart: number): Key => ({
    pk: `${partitions.rate}${limit}#${subject}#${windowStart}`,
    sk: 'TAKEN',
  }),

  webhookEndpoint: (endpointId: string): Key => ({
    pk: partitions.webhookEndpoints,
    sk: `ENDPOINT#${endpointId}`,
  }),
  webhookEndpointCount: { pk: partitions.webhookEndpoints, sk: 'COUNT' },
  /** What became of an event at an endpoint; they sort by the time of the event. */
  delivery: (endpointId: string, deliveryId: string): Key => ({
    pk: `${partitions.delivery}${endpointId}`,
    sk: deliveryId,
  }),
  /** How many events of a participant webhooks have told of. */
  sequence: (key: string): Key => ({ pk: `${partitions.sequence}${key}`, sk: 'SEQUENCE' }),
} as const;

export const listKeys = {
  programs: (programId: string): ListKey => ({ listPk: partitions.programList, listSk: programId }),
  apiKeys: (createdAt: string, keyId: string): ListKey => ({
    listPk: partitions.apiKeyList,
    listSk: `${createdAt}#${keyId}`,
  }),
  activity: (key: string, createdAt: string, unique: string): ListKey => ({
    listPk: `${partitions.activityList}${key}`,
    listSk: `${createdAt}#${unique}`,
  }),
  /** The codes of a pool that nobody has. `place`: evenly spread over 26 characters. */
  freeCoupons: (programId: string, pool: string, place: string): ListKey => ({
    listPk: `${partitions.freeCouponList}${programId}#${pool}`,
    listSk: place,
  }),
  links: (key: string, createdAt: string, code: string): ListKey => ({
    listPk: `${partitions.linkList}${key}`,
    listSk: `${createdAt}#${code}`,
  }),
  referrals: (referrerKey: string, createdAt: string, refereeKey: string): ListKey => ({
    listPk: `${partitions.referralList}${referrerKey}`,
    listSk: `${createdAt}#${refereeKey}`,
  }),
  reviews: (programId: string, state: string, createdAt: string, refereeKey: string): ListKey => ({
    listPk: `${partitions.reviewList}${programId}#${state}`,
    listSk: `${createdAt}#${refereeKey}`,
  }),
  audits: (programId: string, ulid: string): ListKey => ({
    listPk: `${partitions.auditList}${programId}`,
    listSk: ulid,
  }),
  deadLetters: (status: string, recordedAt: string, messageId: string): ListKey => ({
    listPk: `${partitions.deadLetterList}${status}`,
    listSk: `${recordedAt}#${messageId}`,
  }),
  /** Those of a batch share its ULID, so that they lie together: `unique` tells them apart. */
  payouts: (programId: string, ulid: string, unique?: string): ListKey => ({
    listPk: `${partitions.payoutList}${programId}`,
    listSk: unique === undefined ? ulid : `${ulid}#${unique}`,
  }),
  payoutBatches: (programId: string, ulid: string): ListKey => ({
    listPk: `${partitions.payoutBatchList}${programId}`,
    listSk: ulid,
  }),
  /** In the order of the hashed keys: new participants of a program come to all places of its list alike. */
  participants: (programId: string, key: string): ListKey => ({
    listPk: `${partitions.participantList}${programId}`,
    listSk: key,
  }),
} as const;
