import type { Need } from './rule.ts';
import { type FraudSettings, needsOf } from './settings.ts';
import { type Brought, fingerprintKinds, type Person, type Signals, type Use } from './signals.ts';

type Click = NonNullable<Signals['click']>;

/** Signals that are kept as they are. */
type Plain = Omit<
  Signals,
  'now' | 'referrer' | 'referee' | 'isDisposable' | 'code' | 'click' | 'uplineIds' | 'uses' | 'brought'
>;

/**
 * What the fraud rules saw of a sign-up, as it is kept with its referral, so that other settings can judge it later. It
 * has no hashes: what is the same has the same number. What is empty or usual is left out, so most are a few bytes.
 */
export interface KeptSignals extends Plain {
  readonly isSelf?: true;
  readonly referrer?: KeptPerson;
  readonly referee?: KeptPerson;
  readonly isDisposable?: true;
  readonly click?: Omit<Click, 'at' | 'kind'> & { readonly age: number; readonly kind?: Click['kind'] };
  /** How far above the referrer the referee stands, from 0. */
  readonly level?: number;
  /** Earlier sign-ups, in base 36: seconds before this one, numbers of user and referrer. */
  readonly uses?: { readonly [Kind in keyof Signals['uses']]?: string };
  /** Those whom the referrer brought, in base 36: seconds before this one, number of the code. */
  readonly brought?: string;
  /** What was not read, since no rule needed it. */
  readonly unread?: readonly Need[];
}

/** Numbers of what is known of somebody, by its name. */
type KeptPerson = Readonly<Record<string, number>>;

const allNeeds: readonly Need[] = [...fingerprintKinds, 'brought'];

/**
 * Makes of signals what is kept of them.
 *
 * @param settings those for which they were read
 */
export function keepSignals(signals: Signals, settings: FraudSettings | undefined): KeptSignals {
  const { now, referrer, referee, isDisposable, code, click, uplineIds, uses, brought, ...plain } = signals;
  const numberOfUser = numbering(referee.name, referrer.name);
  const numberOfCode = numbering(code);
  const numberOfValue = numbering();
  const ago = (at: number) => Math.floor(Math.max(0, now - at) / 1000);
  const keepUse = ({ at, user, referrer: by }: Use) => [ago(at), numberOfUser(user), numberOfUser(by)];
  const keepBrought = (one: Brought) => [ago(one.at), numberOfCode(one.code)];
  const needs = needsOf(settings);
  return withoutNone({
    ...plain,
    isSelf: referrer.userId === referee.userId ? (true as const) : undefined,
    referrer: keepPerson(referrer, numberOfValue),
    referee: keepPerson(referee, numberOfValue),
    isDisposable: isDisposable ? (true as const) : undefined,
    click: click && keepClick(click, now),
    level: uplineIds.includes(referee.userId) ? uplineIds.indexOf(referee.userId) : undefined,
    uses: keepLists(uses, keepUse),
    brought: writeRows(brought.map(keepBrought)),
    unread: orNone(allNeeds.filter((need) => !needs.has(need))),
  });
}

/** Signals that rules judge as those that were kept. */
export function signalsOf(kept: KeptSignals): Signals {
  const { isSelf, referrer, referee, isDisposable, click, level, uses, brought, unread: _, ...plain } = kept;
  const readUse = ([age = 0, user, by]: number[]) => ({
    at: age * -1000,
    user: `${user}`,
    referrer: `${by}`,
  });
  return {
    ...plain,
    now: 0,
    referrer: personOf(isSelf ? '0' : '1', referrer),
    referee: personOf('0', referee),
    isDisposable: isDisposable === true,
    code: '0',
    ...(click && { click: clickOf(click) }),
    uplineIds: level === undefined ? [] : [...Array<string>(level).fill(''), '0'],
    uses: {
      ip: readRows(uses?.ip).map(readUse),
      device: readRows(uses?.device).map(readUse),
      payment: readRows(uses?.payment).map(readUse),
    },
    brought: readRows(brought).map(([age = 0, code]) => ({ at: age * -1000, code: `${code}` })),
  };
}

/** What would have had to be read to judge by settings, and was not. */
export function unreadFor({ unread = [] }: KeptSignals, settings: FraudSettings): readonly Need[] {
  const needs = needsOf(settings);
  return unread.filter((need) => needs.has(need));
}

/** Gives what it is asked for numbers from 0 on, the same the same one. */
function numbering(...first: readonly string[]): (value: string) => number {
  const numbers = new Map<string, number>();
  const numberOf = (value: string): number => {
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    return number;
  };
  for (const value of first) numberOf(value);
  return numberOf;
}

function keepPerson(
  { userId: _, name: __, ...known }: Person,
  numberOf: (value: string) => number,
): KeptPerson | undefined {
  const fields = Object.entries(known).map(([name, value]) => [name, numberOf(value)] as const);
  return fields.length > 0 ? Object.fromEntries(fields) : undefined;
}

function personOf(name: string, kept: KeptPerson = {}): Person {
  const known = Object.entries(kept).map(([field, number]) => [field, `${number}`]);
  return { userId: name, name, ...Object.fromEntries(known) };
}

/** Signals carry the whole visit: of it only what rules look at is kept. */
function keepClick({ at, kind, referrerHost, adNetwork, asn }: Click, now: number): KeptSignals['click'] {
  return {
    age: now - at,
    ...(kind !== 'human' && { kind }),
    ...(referrerHost !== undefined && { referrerHost }),
    ...(adNetwork !== undefined && { adNetwork }),
    ...(asn !== undefined && { asn }),
  };
}

function clickOf({ age, kind = 'human', ...more }: NonNullable<KeptSignals['click']>): Click {
  return { at: -age, kind, ...more };
}

function keepLists(uses: Signals['uses'], keepUse: (use: Use) => number[]): KeptSignals['uses'] | undefined {
  const lists = fingerprintKinds
    .filter((kind) => uses[kind].length > 0)
    .map((kind) => [kind, writeRows(uses[kind].map(keepUse))]);
  return lists.length > 0 ? Object.fromEntries(lists) : undefined;
}

function writeRows(rows: readonly number[][]): string | undefined {
  return orNone(rows)
    ?.map((row) => row.map((number) => number.toString(36)).join('.'))
    .join(' ');
}

function readRows(text: string | undefined): number[][] {
  return text?.split(' ').map((row) => row.split('.').map((number) => Number.parseInt(number, 36))) ?? [];
}

function orNone<One>(list: readonly One[]): readonly One[] | undefined {
  return list.length > 0 ? list : undefined;
}

function withoutNone(
  parts: { readonly [Name in keyof KeptSignals]: KeptSignals[Name] | undefined },
): KeptSignals {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as KeptSignals;
}
