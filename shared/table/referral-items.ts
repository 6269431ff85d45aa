import type { AuditEntry } from '../domain/audit.ts';
import type { KeptSignals } from '../domain/fraud/kept-signals.ts';
import type { Review } from '../domain/fraud/review.ts';
import { participantKey, refereeKeyOf } from '../domain/ids.ts';
import type { Link } from '../domain/links/link.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import type { Identity, Participant } from '../domain/participant.ts';
import {
  type KeptAttribution,
  packAttribution,
  unpackAttribution,
} from '../domain/referrals/kept-attribution.ts';
import { progressColumn, type Referral } from '../domain/referrals/referral.ts';
import type { Edge } from '../domain/referrals/upline.ts';
import type { JournalEntry } from '../domain/rewards/journal.ts';
import { auditPuts } from './audit-items.ts';
import { batchGet } from './batch-get.ts';
import type { Table } from './client.ts';
import { broughtAddition, type Footprint, fingerprintUpdates } from './fraud-items.ts';
import { getItem } from './get-item.ts';
import { keys, listKeys } from './keys.ts';
import { linkParts } from './link-items.ts';
import { readList } from './lists.ts';
import { identityUpdate, participantPut } from './participant-items.ts';
import { reviewPut } from './review-put.ts';
import { type TransactItem, transact } from './transact.ts';

type Stored = Record<string, unknown>;

/** Reads a referral out of its stored item, without what is for nobody but who asks for it: an operator's words, and why it is whose it is. */
export function toReferral(item: Stored): Referral {
  return item['referral'] as Referral;
}

/** Reads a referral with why it is whose it is. */
function toShownReferral(item: Stored): Referral {
  const referral = toReferral(item);
  const reason = item['reason'] as string | undefined;
  const kept = item['attribution'] as KeptAttribution | undefined;
  return {
    ...referral,
    ...(reason !== undefined && { reason }),
    ...(kept !== undefined && { attribution: unpackAttribution(kept, referral.earlier?.[0] ?? referral) }),
  };
}

/** What lies in the place of a referral: one, or events that wait for it. */
function toFound(item: Stored): Referral | undefined {
  return item['type'] === 'referral' ? toShownReferral(item) : undefined;
}

/** What a referral is stored with, and what must still be so. */
export interface NewReferral {
  readonly referral: Referral;
  /** Set if the referee is to be created with it; it must not exist then. */
  readonly createReferee: Participant | undefined;
  /** What a referee who is there is recognised by, as far as it was not known. */
  readonly refereeIdentity?: Identity | undefined;
  /** What it leaves behind for the fraud rules. */
  readonly footprint?: Footprint | undefined;
  /** What they saw of it. */
  readonly seen?: KeptSignals | undefined;
  /** Users of whose referrals it depends, each named once, and the referee not among them. */
  readonly unchanged: readonly Edge[];
  /** The first link of a referrer who is there and has none. */
  readonly firstLink?: Link | undefined;
  readonly audit?: AuditEntry | undefined;
  /** The case of a referral that is held. */
  readonly review?: Review | undefined;
}

export type StoreReferralResult = 'stored' | 'referral_exists' | 'changed_meanwhile';

/** Referrals, each with its referee: a user can have but one. */
export function referralItems(table: Table) {
  const find = async (refereeKey: string): Promise<Referral | undefined> => {
    const item = await getItem(table, keys.referral(refereeKey));
    return item && toFound(item);
  };

  return {
    findReferralOf: (programId: string, refereeId: string) => find(participantKey(programId, refereeId)),

    findReferral: (referralId: string) => find(refereeKeyOf(referralId)),

    /**
     * Stores a referral and what comes with it in one step, if its referee has none and all is still as it was read.
     * 8 WRU and 1 in the index for a new referee.
     */
    async storeReferral(input: NewReferral): Promise<StoreReferralResult> {
      const result = await transact(table, storeReferralParts(table, input));
      if (result.done) return 'stored';
      return result.failed[0] ? 'referral_exists' : 'changed_meanwhile';
    },

    /**
     * A page of a program's participants, in the order of their hashed keys, each with their referral where they have
     * one. The page is of participants: undefined stands for who came without one.
     */
    listReferralsOfProgram: (programId: string, page: PageRequest) => listOfProgram(table, programId, page),

    listReferralsOf: (
      programId: string,
      userId: string,
      page: PageRequest,
    ): Promise<Page<Referral> | undefined> =>
      readList(
        table,
        listKeys.referrals(participantKey(programId, userId), '', '').listPk,
        page,
        toShownReferral,
      ),
  };
}

async function listOfProgram(
  table: Table,
  programId: string,
  page: PageRequest,
): Promise<Page<Referral | undefined> | undefined> {
  const { listPk } = listKeys.participants(programId, '');
  const found = await readList(table, listPk, page, (item) => String(item['listSk']), {}, 'ascending');
  if (found === undefined) return undefined;
  const items = await batchGet(table, found.items.map(keys.referral));
  const byKey = new Map(items.map((item) => [item['pk'], toFound(item)]));
  return { ...found, items: found.items.map((key) => byKey.get(keys.referral(key).pk)) };
}

function storeReferralParts(table: Table, input: NewReferral): TransactItem[] {
  const {
    referral,
    createReferee,
    refereeIdentity = {},
    footprint,
    seen,
    unchanged,
    firstLink,
    audit,
    review,
  } = input;
  const { programId, refereeId } = referral;
  return [
    referralPut(table, referral, seen),
    progressUpdate(table, referral, footprint),
    ...(createReferee === undefined ? [] : [participantPut(table, createReferee)]),
    ...(Object.keys(refereeIdentity).length === 0
      ? []
      : [identityUpdate(table, programId, refereeId, refereeIdentity)]),
    ...unchanged.map((edge) => edgeCheck(table, programId, edge)),
    ...(firstLink === undefined ? [] : linkParts(table, firstLink, { existing: true }, 1)),
    ...auditPuts(table, audit),
    ...(review === undefined ? [] : [reviewPut(table, review)]),
    ...(footprint === undefined ? [] : fingerprintUpdates(table, referral, footprint)),
  ];
}

/** What the completion of a pending referral changes of the counts of its referrer, in the same transaction. */
export const completion = { pending: -1, completed: 1 } as const;

/**
 * The part of a transaction that changes a referral as an entry of its journal says: completes it, and adds reasons that
 * speak against it. Its condition is that the referral stands as it was read.
 */
export function referralChange(
  table: Table,
  { programId, refereeId, status, reasons: known = [] }: Referral,
  { completes, createdAt, reasons }: Pick<JournalEntry, 'completes' | 'createdAt' | 'reasons'>,
): TransactItem {
  const sets = [
    ...(completes
      ? ['#status = :completed, #referral.#status = :completed, #referral.completedAt = :at']
      : []),
    ...(reasons ? ['#referral.reasons = :reasons'] : []),
  ];
  return {
    Update: {
      TableName: table.name,
      Key: keys.referral(participantKey(programId, refereeId)),
      UpdateExpression: `SET ${sets.join(', ')}`,
      ConditionExpression: '#status = :before',
      ExpressionAttributeNames: { '#status': 'status', '#referral': 'referral' },
      ExpressionAttributeValues: {
        ':before': completes ? 'pending' : status,
        ...(completes && { ':completed': 'completed', ':at': createdAt }),
        ...(reasons && { ':reasons': [...known, ...reasons] }),
      },
    },
  };
}

function referralPut(
  table: Table,
  { reason, attribution, ...referral }: Referral,
  seen: KeptSignals | undefined,
): TransactItem {
  const { programId, referrerId, refereeId, createdAt } = referral;
  const refereeKey = participantKey(programId, refereeId);
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...keys.referral(refereeKey),
        ...listKeys.referrals(participantKey(programId, referrerId), createdAt, refereeKey),
        type: 'referral',
        status: referral.status,
        referral,
        ...(reason !== undefined && { reason }),
        ...(attribution !== undefined && { attribution: packAttribution(attribution, referral) }),
        ...(seen !== undefined && { seen }),
      },
      // Events that wait for it may lie there.
      ConditionExpression: 'attribute_not_exists(#referral)',
      ExpressionAttributeNames: { '#referral': 'referral' },
    },
  };
}

function progressUpdate(
  table: Table,
  { programId, referrerId, status }: Referral,
  footprint: Footprint | undefined,
): TransactItem {
  const brought = footprint && broughtAddition(footprint);
  return {
    Update: {
      TableName: table.name,
      Key: keys.progress(participantKey(programId, referrerId)),
      UpdateExpression: `SET #type = :type, programId = :program, userId = :user${
        brought ? `, ${brought.set}` : ''
      } ADD #column :one`,
      ExpressionAttributeNames: { '#type': 'type', '#column': progressColumn(status) },
      ExpressionAttributeValues: {
        ':type': 'progress',
        ':program': programId,
        ':user': referrerId,
        ':one': 1,
        ...brought?.values,
      },
    },
  };
}

/** The part of a transaction that holds a user's referral to what was read of it: whose it is, or that none stands. */
export function edgeCheck(table: Table, programId: string, { userId, referrerId }: Edge): TransactItem {
  return {
    ConditionCheck: {
      TableName: table.name,
      Key: keys.referral(participantKey(programId, userId)),
      ConditionExpression:
        referrerId === undefined
          ? 'attribute_not_exists(#referral) OR #status = :rejected'
          : '#referral.referrerId = :referrer AND #status <> :rejected',
      ExpressionAttributeNames: { '#status': 'status', '#referral': 'referral' },
      ExpressionAttributeValues: {
        ':rejected': 'rejected',
        ...(referrerId !== undefined && { ':referrer': referrerId }),
      },
    },
  };
}
