import {
  type Brought,
  type FingerprintKind,
  type Fingerprints,
  fingerprintKinds,
  keptUses,
  personName,
  type Use,
} from '../domain/fraud/signals.ts';
import { participantKey } from '../domain/ids.ts';
import { batchGet } from './batch-get.ts';
import type { Table } from './client.ts';
import { keys } from './keys.ts';
import type { TransactItem } from './transact.ts';

type Stored = Record<string, unknown>;

/** How long a fingerprint's uses are kept after the last one, and how far back they count. */
const keptMs = 30 * 86_400_000;

/** Earlier sign-ups. */
export interface Earlier {
  readonly uses: Readonly<Record<FingerprintKind, readonly Use[]>>;
  readonly brought: readonly Brought[];
}

/** What a sign-up leaves behind, so that later ones can be compared with it. */
export interface Footprint {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly code: string;
  readonly fingerprints: Fingerprints;
  /** As it was read just before. */
  readonly earlier: Earlier;
}

/** Who used a fingerprint of late: one small item a program and fingerprint. */
export function fraudItems(table: Table) {
  return {
    /**
     * Reads the earlier sign-ups of a referrer and those that used fingerprints, in one batch: 1 RRU for each of them.
     * What is not asked for is empty.
     */
    async readEarlier(
      of: { programId: string; referrerId?: string | undefined; fingerprints: Fingerprints },
      now: number,
    ): Promise<Earlier> {
      const { programId, referrerId, fingerprints } = of;
      const progress =
        referrerId === undefined ? undefined : keys.progress(participantKey(programId, referrerId));
      const windows = fingerprintKinds.flatMap((kind) => {
        const hash = fingerprints[kind];
        return hash === undefined ? [] : [{ kind, key: keys.fingerprint(programId, kind, hash) }];
      });
      const wanted = [...(progress ? [progress] : []), ...windows.map(({ key }) => key)];
      const items = new Map((await batchGet(table, wanted)).map((item) => [item['pk'], item]));
      const uses: Record<FingerprintKind, readonly Use[]> = { ip: [], device: [], payment: [] };
      for (const { kind, key } of windows) {
        uses[kind] = textsOf(items.get(key.pk), 'uses')
          .map(readUse)
          .filter(({ at }) => at > now - keptMs);
      }
      return { uses, brought: textsOf(progress && items.get(progress.pk), 'brought').map(readBrought) };
    },
  };
}

function textsOf(item: Stored | undefined, name: string): readonly string[] {
  return (item?.[name] ?? []) as readonly string[];
}

function readUse(text: string): Use {
  const [at = '', user = '', referrer = ''] = text.split(' ');
  return { at: Number.parseInt(at, 36), user, referrer };
}

function readBrought(text: string): Brought {
  const [at = '', code = ''] = text.split(' ');
  return { at: Number.parseInt(at, 36), code };
}

const writeUse = ({ at, user, referrer }: Use): string => `${at.toString(36)} ${user} ${referrer}`;
const writeBrought = ({ at, code }: Brought): string => `${at.toString(36)} ${code}`;

/** The parts of a transaction by which a sign-up is found by those that use its fingerprints. */
export function fingerprintUpdates(
  table: Table,
  { programId, referrerId, refereeId }: { programId: string; referrerId: string; refereeId: string },
  { at, fingerprints, earlier }: Footprint,
): TransactItem[] {
  const use = { at, user: personName(programId, refereeId), referrer: personName(programId, referrerId) };
  return fingerprintKinds.flatMap((kind): TransactItem[] => {
    const hash = fingerprints[kind];
    if (hash === undefined) return [];
    const list = listAddition('uses', earlier.uses[kind].map(writeUse), writeUse(use));
    return [
      {
        Update: {
          TableName: table.name,
          Key: keys.fingerprint(programId, kind, hash),
          UpdateExpression: `SET #type = :type, expiresAt = :expires, ${list.set}`,
          ExpressionAttributeNames: { '#type': 'type' },
          ExpressionAttributeValues: {
            ':type': 'fingerprint',
            ':expires': Math.ceil((at + keptMs) / 1000),
            ...list.values,
          },
        },
      },
    ];
  });
}

/** What the update of a referrer's progress adds, for the velocity of those whom they bring. */
export function broughtAddition({ at, code, earlier }: Footprint): ListAddition {
  return listAddition('brought', earlier.brought.map(writeBrought), writeBrought({ at, code }));
}

interface ListAddition {
  readonly set: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Adds to a list, and cuts it when it has grown to its bound. No condition holds it to what was read: those who meet
 * must not fail, and when two cut at once, one loses a use that no rule depends on.
 */
function listAddition(name: string, before: readonly string[], one: string): ListAddition {
  if (before.length < keptUses) {
    const values = { [`:${name}`]: [one], ':none': [] };
    return { set: `${name} = list_append(if_not_exists(${name}, :none), :${name})`, values };
  }
  return { set: `${name} = :${name}`, values: { [`:${name}`]: [...before, one].slice(-keptUses) } };
}
