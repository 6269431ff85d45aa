import type { AuditEntry } from '../domain/audit.ts';
import type { Claimable } from '../domain/claims/claimable.ts';
import { parseRewardId, type RewardPlace } from '../domain/ids.ts';
import type { Account, AccountName, BalanceKind } from '../domain/money/balance.ts';
import type { Milestone } from '../domain/programs/program.ts';
import type { Posting } from '../domain/rewards/journal.ts';
import { auditPuts } from './audit-items.ts';
import { accountAdd, accountTake } from './balance-items.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { type Key, keys } from './keys.ts';
import { ledgerPut } from './ledger-put.ts';
import { progressCheck } from './milestone-items.ts';
import { type TransactItem, transact } from './transact.ts';

type Stored = Record<string, unknown>;

/** A reward with what a claim's conditions look at, beyond what the domain knows. */
interface StoredClaimable extends Claimable {
  readonly terms?: Milestone;
}

/** A claim about to be written. */
export interface Claim {
  readonly reward: Claimable;
  readonly moves: 'nothing' | 'to_balance' | 'from_balance';
  /** With `from_balance`: the account as it was read. */
  readonly account?: Account;
  /** A ULID: tells this attempt from others, and names the ledger entry. */
  readonly claimId: string;
  /** ISO 8601. */
  readonly at: string;
  readonly note?: AuditEntry | undefined;
}

/** Where a reward is kept. */
export function rewardKeyOf(place: RewardPlace): Key {
  return place.in === 'journal'
    ? keys.journal(place.participantKey, place.position, place.part)
    : keys.milestone(place.participantKey, place.milestoneId);
}

/** Claims of rewards, each once. */
export function claimItems(table: Table) {
  return {
    /** A reward as it stands, read consistently. */
    async findClaimable(rewardId: string): Promise<Claimable | undefined> {
      const place = parseRewardId(rewardId);
      if (place === undefined) return undefined;
      const item = await getItem(table, rewardKeyOf(place));
      return item && toClaimable(rewardId, item);
    },

    /**
     * Claims a reward that is as it was read, and moves what it is worth, in one step.
     * `changed`: the reward or its balance is no longer so, or others are at work. `not_reached`: the milestone is
     * below its threshold again, and about to be taken back.
     */
    async claim(claim: Claim): Promise<'claimed' | 'changed' | 'not_reached'> {
      const checks = stillReached(table, claim);
      const items = [
        rewardUpdate(table, claim),
        ...checks,
        ...moneyMoves(table, claim),
        ...auditPuts(table, claim.note),
      ];
      const result = await transact(table, items);
      if (result.done) return 'claimed';
      return checks.length > 0 && !result.failed[0] && result.failed[1] ? 'not_reached' : 'changed';
    },
  };
}

function toClaimable(rewardId: string, item: Stored): StoredClaimable | undefined {
  const common = {
    rewardId,
    programId: item['programId'] as string,
    ...(typeof item['couponCode'] === 'string' && { couponCode: item['couponCode'] }),
    ...(typeof item['claimId'] === 'string' && { claimId: item['claimId'] }),
  };
  if (item['type'] === 'milestone') {
    const terms = item['terms'] as Milestone;
    const status = item['rewardStatus'] as 'available' | 'claimed' | 'reversed';
    return {
      ...common,
      terms,
      userId: item['userId'] as string,
      kind: terms.kind,
      status: status === 'available' ? 'made' : status,
      ...terms.amount,
      bucket: 'available',
      given: terms.grant === 'claim' ? 'by_claim' : 'before',
    };
  }
  const posting = item['posting'] as Posting | undefined;
  if (posting === undefined || posting.adjusts !== undefined) return undefined;
  const { kind, currency, beneficiaryId } = posting;
  return {
    ...common,
    userId: beneficiaryId,
    kind,
    status: statusOf(item),
    amount: item['rewardAmount'] as number,
    ...(currency !== undefined && { currency }),
    bucket: item['rewardBucket'] as string,
    given: 'before',
  };
}

/** A reward that has come to nothing was taken back; what was claimed stays so. */
function statusOf(item: Stored): Claimable['status'] {
  const stored = item['rewardStatus'] as Claimable['status'];
  return stored === 'made' && item['rewardAmount'] === 0 ? 'reversed' : stored;
}

function rewardUpdate(table: Table, { reward, claimId, at }: Claim) {
  const { terms } = reward as StoredClaimable;
  const isMilestone = terms !== undefined;
  return {
    Update: {
      TableName: table.name,
      Key: rewardKeyOf(parseRewardId(reward.rewardId) as RewardPlace),
      UpdateExpression: 'SET rewardStatus = :claimed, claimedAt = :at, claimId = :claim',
      ConditionExpression: isMilestone
        ? 'rewardStatus = :standing'
        : 'rewardStatus = :standing AND rewardAmount = :amount AND rewardBucket = :bucket',
      ExpressionAttributeValues: {
        ':claimed': 'claimed',
        ':at': at,
        ':claim': claimId,
        ':standing': isMilestone ? 'available' : 'made',
        ...(!isMilestone && { ':amount': reward.amount, ':bucket': reward.bucket }),
      },
    },
  } satisfies TransactItem;
}

function moneyMoves(table: Table, claim: Claim): TransactItem[] {
  const { reward, moves, claimId: ulid, at: createdAt } = claim;
  const { amount, currency, programId, userId, rewardId } = reward;
  if (moves === 'nothing' || amount === undefined || currency === undefined) return [];
  const account: AccountName = { programId, userId, kind: reward.kind as BalanceKind, currency };
  if (moves === 'to_balance') {
    const { terms } = reward as StoredClaimable;
    const cause = { type: 'milestone', rewardId, ...(terms && { milestoneId: terms.milestoneId }) } as const;
    return [
      accountAdd(table, account, { available: amount }),
      ledgerPut(table, { account, changes: { available: amount }, cause, ulid, createdAt }),
    ];
  }
  if (claim.account === undefined) throw new Error('A claim from a balance needs the balance');
  return [
    accountTake(table, account, claim.account, amount, 'paid', createdAt),
    ledgerPut(table, {
      account,
      changes: { available: -amount, paid: amount },
      cause: { type: 'claim', rewardId },
      ulid,
      createdAt,
    }),
  ];
}

/** What progress may take back can be claimed only while it is reached. */
function stillReached(table: Table, { reward }: Claim): TransactItem[] {
  const { terms } = reward as StoredClaimable;
  if (terms === undefined || terms.onReversal === 'keep') return [];
  return [progressCheck(table, reward, terms.threshold, 'reached')];
}
