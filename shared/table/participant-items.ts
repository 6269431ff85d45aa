import type { AuditEntry } from '../domain/audit.ts';
import { participantKey } from '../domain/ids.ts';
import {
  type Ban,
  type Identity,
  identityOf,
  type Participant,
  type ParticipantFields,
  type Policy,
} from '../domain/participant.ts';
import { asRead } from './as-read.ts';
import { auditPuts } from './audit-items.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys, listKeys } from './keys.ts';
import { type TransactItem, transact } from './transact.ts';

type Stored = Record<string, unknown>;

/** Reads a participant out of its stored item. */
export function toParticipant(item: Stored): Participant {
  return {
    programId: item['programId'] as string,
    userId: item['userId'] as string,
    status: item['status'] as Participant['status'],
    ...(item['ban'] !== undefined && { ban: item['ban'] as Ban }),
    ...(typeof item['name'] === 'string' && { name: item['name'] }),
    ...identityOf(item),
    ...(typeof item['code'] === 'string' && { code: item['code'] }),
    links: item['links'] as number,
    ...(item['policy'] !== undefined && { policy: item['policy'] as Policy }),
    ...(item['fields'] !== undefined && { fields: item['fields'] as ParticipantFields }),
    createdAt: item['createdAt'] as string,
  };
}

function toItem(participant: Participant): Stored {
  const key = participantKey(participant.programId, participant.userId);
  return {
    ...keys.participant(key),
    ...listKeys.participants(participant.programId, key),
    type: 'participant',
    ...participant,
  };
}

/** The part of a transaction that creates a participant, if there is none. */
export function participantPut(table: Table, participant: Participant): TransactItem {
  return {
    Put: {
      TableName: table.name,
      Item: toItem(participant),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** The part of a transaction that fails on whoever is banned: `isBanned` of the domain. */
export function banCheck(table: Table, programId: string, userId: string): TransactItem {
  return {
    ConditionCheck: {
      TableName: table.name,
      Key: keys.participant(participantKey(programId, userId)),
      ConditionExpression: 'attribute_not_exists(ban) OR #status = :active',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':active': 'active' },
    },
  };
}

/** The part of a transaction that marks a program, which has not been deleted, as in use. */
export function programMark(table: Table, programId: string): TransactItem {
  return {
    Update: {
      TableName: table.name,
      Key: keys.program(programId),
      UpdateExpression: 'SET inUse = :true',
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(archivedAt)',
      ExpressionAttributeValues: { ':true': true },
    },
  };
}

/** The part of a transaction that keeps what a participant is recognised by, of which nothing was known. */
export function identityUpdate(
  table: Table,
  programId: string,
  userId: string,
  identity: Identity,
): TransactItem {
  const names = Object.keys(identity);
  return {
    Update: {
      TableName: table.name,
      Key: keys.participant(participantKey(programId, userId)),
      UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(', ')}`,
      ConditionExpression: [
        'attribute_exists(pk)',
        ...names.map((name) => `attribute_not_exists(${name})`),
      ].join(' AND '),
      ExpressionAttributeValues: Object.fromEntries(
        Object.entries(identity).map(([name, hash]) => [`:${name}`, hash]),
      ),
    },
  };
}

export interface ParticipantChange extends Identity {
  readonly name?: string | undefined;
  readonly status?: Participant['status'] | undefined;
  readonly ban?: Ban | undefined;
  /** In place of the whole policy that there is. */
  readonly policy?: Policy | undefined;
  /** In place of all fields that there are. */
  readonly fields?: ParticipantFields | undefined;
}

/** Participants' profiles. */
export function participantItems(table: Table) {
  return {
    async findParticipant(programId: string, userId: string): Promise<Participant | undefined> {
      const item = await getItem(table, keys.participant(participantKey(programId, userId)));
      return item && toParticipant(item);
    },

    /**
     * Creates a participant; `exists` if there is one.
     *
     * @param marksProgram whether the program is marked as in use with it; `again` if that did not go through
     */
    async createParticipant(
      participant: Participant,
      marksProgram = false,
    ): Promise<'created' | 'exists' | 'again'> {
      const mark = marksProgram ? [programMark(table, participant.programId)] : [];
      const result = await transact(table, [participantPut(table, participant), ...mark]);
      if (result.done) return 'created';
      return result.failed[0] ? 'exists' : 'again';
    },

    /** Changes what is given of a participant, at least one thing, if that is still as it was read. */
    async changeParticipant(
      read: Participant,
      change: ParticipantChange,
      note?: AuditEntry,
    ): Promise<'changed' | 'again'> {
      const sets = Object.entries(change).filter(([, value]) => value !== undefined);
      const names = sets.map(([name]) => name);
      const { condition, values } = asRead({ ...read }, names);
      const update: TransactItem = {
        Update: {
          TableName: table.name,
          Key: keys.participant(participantKey(read.programId, read.userId)),
          UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
          ConditionExpression: condition,
          ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: {
            ...values,
            ...Object.fromEntries(sets.map(([name, value]) => [`:${name}`, value])),
          },
        },
      };
      const result = await transact(table, [update, ...auditPuts(table, note)]);
      return result.done ? 'changed' : 'again';
    },
  };
}
