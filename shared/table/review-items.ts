import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEntry } from '../domain/audit.ts';
import type { BanState } from '../domain/fraud/ban.ts';
import { type Review, type ReviewState, refereeKeyOfReview } from '../domain/fraud/review.ts';
import { participantKey } from '../domain/ids.ts';
import type { Link } from '../domain/links/link.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import type { Participant } from '../domain/participant.ts';
import { mostItems } from '../domain/programs/transaction-size.ts';
import { progressColumn, type Referral } from '../domain/referrals/referral.ts';
import type { Edge } from '../domain/referrals/upline.ts';
import type { JournalEntry, ProgressChange } from '../domain/rewards/journal.ts';
import { auditPuts } from './audit-items.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { entryWrites } from './journal-items.ts';
import { keys, listKeys } from './keys.ts';
import { linkParts } from './link-items.ts';
import { readList, searchList } from './lists.ts';
import { edgeCheck } from './referral-items.ts';
import { reviewPut } from './review-put.ts';
import { type TransactItem, transact } from './transact.ts';

/** What is decided of a referral, with all that changes with it. */
export interface ReviewChange {
  /** Its case; undefined where it is none. */
  readonly review: Review | undefined;
  /** As it was read, which it must still be; undefined if there was none. */
  readonly before: Review | undefined;
  readonly referral: Referral;
  /** The same where it does not change. */
  readonly referralBefore: Referral;
  readonly entry: JournalEntry;
  /** The referrer as read, which they must still be, and as they are to stand, where that changes. */
  readonly referrer?: { readonly before: Participant; readonly after: BanState } | undefined;
  readonly unchanged?: readonly Edge[] | undefined;
  /** The first link of a referrer who has none. */
  readonly firstLink?: Link | undefined;
  readonly audit?: AuditEntry | undefined;
}

/** What a list of cases is narrowed to. */
export interface ReviewFilter {
  readonly referrerId?: string | undefined;
  /** A rule that speaks against them. */
  readonly reason?: string | undefined;
}

type Stored = Record<string, unknown>;

/** Held referrals, each a case that waits for a person's decision, listed by what was decided. */
export function reviewItems(table: Table) {
  return {
    async findReview(reviewId: string): Promise<Review | undefined> {
      const item = await getItem(table, keys.review(refereeKeyOfReview(reviewId)));
      return item && toReview(item);
    },

    /** Says on a case that more follows from its ban, or from the end of it: the stream brings it on. */
    async askToGoOn(reviewId: string): Promise<void> {
      await table.documents.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keys.review(refereeKeyOfReview(reviewId)),
          UpdateExpression: 'ADD followed :one',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':one': 1 },
        }),
      );
    },

    /** The cases of a state, newest first: those of a referrer or a rule alone, where that is asked for. */
    async listReviews(
      programId: string,
      state: ReviewState,
      page: PageRequest,
      where: ReviewFilter = {},
    ): Promise<Page<Review> | undefined> {
      const { listPk } = listKeys.reviews(programId, state, '', '');
      const filter = filterOf(where);
      if (filter === undefined) return readList(table, listPk, page, toReview);
      return searchList(table, listPk, page, toReview, anyTime, filter);
    },

    /**
     * Keeps what is decided of a referral: its case if it is one, it, rewards, balances, counts and the entry of the audit log change together, unless
     * one of them has changed since it was read.
     */
    async storeReview(change: ReviewChange): Promise<'stored' | 'changed_meanwhile' | 'too_large'> {
      const items = changeParts(table, change);
      if (items.length > mostItems) return 'too_large';
      return (await transact(table, items)).done ? 'stored' : 'changed_meanwhile';
    },
  };
}

const toReview = (item: Stored) => item['review'] as Review;

/** Sort keys of these lists begin with a time in ISO 8601. */
const anyTime = { first: '0', last: ':' };

function filterOf({ referrerId, reason }: ReviewFilter) {
  const terms = [
    ...(referrerId === undefined ? [] : ['review.referrerId = :referrer']),
    ...(reason === undefined ? [] : ['contains(review.reasons, :reason)']),
  ];
  if (terms.length === 0) return undefined;
  const values = { ...(referrerId && { ':referrer': referrerId }), ...(reason && { ':reason': reason }) };
  return { FilterExpression: terms.join(' AND '), ExpressionAttributeValues: values };
}

function changeParts(table: Table, change: ReviewChange): TransactItem[] {
  const { review, before, referral, referralBefore, entry } = change;
  const { referrer, unchanged = [], firstLink, audit } = change;
  const { programId, refereeId } = referral;
  return [
    ...(review === undefined ? [] : [reviewPut(table, review, before)]),
    ...(referral === referralBefore ? [] : [referralUpdate(table, referral, referralBefore)]),
    ...entryWrites(
      table,
      { programId, refereeId, referral, moves: movesOf(referral, referralBefore) },
      entry,
    ),
    ...(referrer === undefined ? [] : [banUpdate(table, referrer.before, referrer.after)]),
    ...unchanged.map((edge) => edgeCheck(table, programId, edge)),
    ...(firstLink === undefined ? [] : linkParts(table, firstLink, { existing: true }, 1)),
    ...auditPuts(table, audit),
  ];
}

/** What changes of the counts of referrals, be they of one referrer or of two. */
function movesOf(after: Referral, before: Referral): readonly ProgressChange[] {
  const [from, to] = [progressColumn(before.status), progressColumn(after.status)];
  if (after.referrerId !== before.referrerId) {
    return [
      { userId: before.referrerId, changes: { [from]: -1 } },
      { userId: after.referrerId, changes: { [to]: 1 } },
    ];
  }
  return from === to ? [] : [{ userId: after.referrerId, changes: { [from]: -1, [to]: 1 } }];
}

/** A referral that is given to another referrer is listed with theirs, and what rules saw of the first says nothing. */
function referralUpdate(table: Table, referral: Referral, before: Referral): TransactItem {
  const { reason, attribution: _, ...kept } = referral;
  const { programId, referrerId, refereeId, createdAt } = referral;
  const refereeKey = participantKey(programId, refereeId);
  const isMoved = referrerId !== before.referrerId;
  const list = listKeys.referrals(participantKey(programId, referrerId), createdAt, refereeKey);
  return {
    Update: {
      TableName: table.name,
      Key: keys.referral(refereeKey),
      UpdateExpression: `SET #status = :status, #referral = :referral${
        isMoved ? ', listPk = :listPk, reason = :reason REMOVE seen' : ''
      }`,
      ConditionExpression: '#referral = :before',
      ExpressionAttributeNames: { '#status': 'status', '#referral': 'referral' },
      ExpressionAttributeValues: {
        ':status': referral.status,
        ':referral': kept,
        ':before': before,
        ...(isMoved && { ':listPk': list.listPk, ':reason': reason }),
      },
    },
  };
}

/** The part of a transaction that bans somebody by one case more or less, if they stand as they were read. */
function banUpdate(
  table: Table,
  { programId, userId, status, ban }: Participant,
  after: BanState,
): TransactItem {
  return {
    Update: {
      TableName: table.name,
      Key: keys.participant(participantKey(programId, userId)),
      UpdateExpression: `SET #status = :after${after.ban ? ', ban = :ban' : ' REMOVE ban'}`,
      ConditionExpression: `#status = :before AND ${ban ? 'ban = :banBefore' : 'attribute_not_exists(ban)'}`,
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':before': status,
        ':after': after.status,
        ...(ban && { ':banBefore': ban }),
        ...(after.ban && { ':ban': after.ban }),
      },
    },
  };
}
