import { participantKey } from '../domain/ids.ts';
import {
  type Account,
  type AccountName,
  type Balance,
  type BalanceKind,
  balanceAt,
  emptyAccount,
  isDue,
} from '../domain/money/balance.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys } from './keys.ts';
import type { TransactItem } from './transact.ts';

type Stored = Record<string, unknown>;

/** First word of the attributes that hold a sum until a day. */
const heldPrefix = 'held:';

function attributeOf(bucket: string): string {
  return bucket === 'available' || bucket === 'waiting' || bucket === 'inPayout' || bucket === 'paid'
    ? bucket
    : `${heldPrefix}${bucket}`;
}

/** Reads an account out of its item. */
export function accountOf(item: Stored): Account {
  const held = Object.entries(item)
    .filter(([name, amount]) => name.startsWith(heldPrefix) && amount !== 0)
    .map(([name, amount]) => [name.slice(heldPrefix.length), Number(amount)] as const);
  const endsToldUntil = item['endsToldUntil'] as string | undefined;
  return {
    kind: item['kind'] as BalanceKind,
    currency: item['currency'] as string,
    available: Number(item['available'] ?? 0),
    waiting: Number(item['waiting'] ?? 0),
    held: Object.fromEntries(held),
    inPayout: Number(item['inPayout'] ?? 0),
    paid: Number(item['paid'] ?? 0),
    ...(endsToldUntil !== undefined && { endsToldUntil }),
  };
}

/** Reads a balance out of its item, as it stands at a time (ISO 8601). */
export function balanceOf(item: Stored, now: string): Balance {
  return balanceAt(accountOf(item), now);
}

/**
 * The part of a transaction that adds to an account; it is made if it is new.
 *
 * @param changes by bucket, or `inPayout`, or `paid`; minor units
 * @param rewards how many rewards more stand after it, or fewer
 */
export function accountAdd(
  table: Table,
  name: AccountName,
  changes: Readonly<Record<string, number>>,
  rewards = 0,
): TransactItem {
  // `available` is always there, so that conditions can compare it.
  const adds = Object.entries({ available: 0, ...changes, rewards }).filter(
    ([bucket, amount]) => amount !== 0 || bucket === 'available',
  );
  const attributes = adds.map(([bucket]) => (bucket === 'rewards' ? bucket : attributeOf(bucket)));
  const add = adds.map((_, index) => `#add${index} :add${index}`).join(', ');
  const set = 'SET #type = :type, kind = :kind, currency = :currency, programId = :program, userId = :user';
  return {
    Update: {
      TableName: table.name,
      Key: keyOf(name),
      UpdateExpression: `${set} ADD ${add}`,
      ExpressionAttributeNames: {
        '#type': 'type',
        ...Object.fromEntries(attributes.map((attribute, index) => [`#add${index}`, attribute])),
      },
      ExpressionAttributeValues: {
        ':type': 'balance',
        ':kind': name.kind,
        ':currency': name.currency,
        ':program': name.programId,
        ':user': name.userId,
        ...Object.fromEntries(adds.map(([, amount], index) => [`:add${index}`, amount])),
      },
    },
  };
}

/**
 * The part of a transaction that takes an amount from what can be spent, and puts it elsewhere. What was held until
 * now is folded into `available` by the same write, whose condition is that the held sums are still as they were
 * read and that enough is there: a failed condition means too little, or an account that changed meanwhile.
 *
 * @param account as it was read
 * @param now ISO 8601
 */
export function accountTake(
  table: Table,
  name: AccountName,
  account: Account,
  amount: number,
  to: 'inPayout' | 'paid',
  now: string,
): TransactItem {
  const { due, folded, condition, names, values } = spendable(account, amount, now);
  const removals = due.map((_, index) => `#due${index}`).join(', ');
  const told = tellEnds(
    account,
    due.map(([day]) => day),
  );
  return {
    Update: {
      TableName: table.name,
      Key: keyOf(name),
      UpdateExpression: `${told.set}ADD available :change, #to :amount${removals === '' ? '' : ` REMOVE ${removals}`}`,
      ConditionExpression: [condition, ...told.conditions].join(' AND '),
      ExpressionAttributeNames: { '#to': to, ...names },
      ExpressionAttributeValues: {
        ':amount': amount,
        ':change': folded - amount,
        ...values,
        ...told.values,
      },
    },
  };
}

/**
 * The part of a transaction that fails on an account below zero, or changed since it was read: then what is in payout
 * is more than is owed.
 *
 * @param account as it was read
 * @param now ISO 8601: what is held until then counts
 */
export function coverCheck(table: Table, name: AccountName, account: Account, now: string): TransactItem {
  const { condition, names, values } = spendable(account, 0, now);
  return {
    ConditionCheck: {
      TableName: table.name,
      Key: keyOf(name),
      ConditionExpression: condition,
      ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
      ExpressionAttributeValues: values,
    },
  };
}

/** That so much can be spent, and what was held until now is as it was read. */
function spendable(account: Account, amount: number, now: string) {
  const due = Object.entries(account.held).filter(([day]) => isDue(day, now));
  const folded = due.reduce((sum, [, held]) => sum + held, 0);
  return {
    due,
    folded,
    condition: ['available >= :least', ...due.map((_, index) => `#due${index} = :due${index}`)].join(' AND '),
    names: Object.fromEntries(due.map(([day], index) => [`#due${index}`, attributeOf(day)])),
    values: {
      ':least': amount - folded,
      ...Object.fromEntries(due.map(([, held], index) => [`:due${index}`, held])),
    },
  };
}

/** Whoever folds what nobody has been told of yet says until when it was held, as the bucket goes. */
function tellEnds({ endsToldUntil }: Account, days: readonly string[]) {
  const last = days.toSorted().at(-1) ?? '';
  if (last <= (endsToldUntil ?? '')) return { set: '', conditions: [], values: {} };
  const isAsRead =
    endsToldUntil === undefined ? 'attribute_not_exists(endsToldUntil)' : 'endsToldUntil = :told';
  return {
    set: 'SET endsToldUntil = :last ',
    conditions: [isAsRead],
    values: { ':last': last, ...(endsToldUntil !== undefined && { ':told': endsToldUntil }) },
  };
}

/** Accounts, one for each kind and currency of a participant. */
export function balanceItems(table: Table) {
  return {
    /** An account as it is kept, read consistently; an empty one if there is none. */
    async findAccount(name: AccountName): Promise<Account> {
      const item = await getItem(table, keyOf(name));
      return item === undefined ? emptyAccount(name.kind, name.currency) : accountOf(item);
    },
  };
}

function keyOf({ programId, userId, kind, currency }: AccountName) {
  return keys.balance(participantKey(programId, userId), kind, currency);
}
