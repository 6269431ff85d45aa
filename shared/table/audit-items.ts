import { type AuditEntry, auditUlidOf } from '../domain/audit.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import type { Table } from './client.ts';
import { keys, listKeys } from './keys.ts';
import { searchList } from './lists.ts';
import { type TransactItem, transact } from './transact.ts';

/** The part of a transaction that notes what an operator does by it. */
function auditPut(table: Table, entry: AuditEntry): TransactItem {
  const ulid = auditUlidOf(entry.auditId);
  return {
    Put: {
      TableName: table.name,
      Item: { ...keys.audit(ulid), ...listKeys.audits(entry.programId, ulid), type: 'audit', entry },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** The last parts of a transaction: the note of it, where one is due. */
export function auditPuts(table: Table, entry: AuditEntry | undefined): TransactItem[] {
  return entry === undefined ? [] : [auditPut(table, entry)];
}

/** Which entries are asked for: those that are as all that is given. */
export interface AuditFilter {
  readonly userId?: string | undefined;
  /** Id of what was changed. */
  readonly target?: string | undefined;
  /** Id of the API key. */
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  /** Beginnings of ULIDs: from the one on, and before the other. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Where an entry has what is asked for: in one of these places. */
const paths = {
  userId: [
    ['#entry', '#target', '#userId'],
    ['#entry', '#target', '#referrerId'],
  ],
  target: [['#entry', '#target', '#id']],
  actor: [['#entry', '#actor', '#id']],
  action: [['#entry', '#action']],
} as const;

/** The audit log, which is only ever added to. */
export function auditItems(table: Table) {
  return {
    /** Adds an entry on its own, unless it is there: for a change outside of the table. */
    addAudit: (entry: AuditEntry): Promise<unknown> => transact(table, [auditPut(table, entry)]),

    /** Entries of a program, newest first. */
    listAudit: (
      programId: string,
      page: PageRequest,
      { from = '0', to = '~', ...wanted }: AuditFilter = {},
    ): Promise<Page<AuditEntry> | undefined> =>
      searchList(
        table,
        listKeys.audits(programId, '').listPk,
        page,
        (item) => item['entry'] as AuditEntry,
        { first: from, last: to },
        filterOf(wanted),
      ),
  };
}

function filterOf(wanted: Omit<AuditFilter, 'from' | 'to'>) {
  const given = (Object.keys(paths) as (keyof typeof paths)[]).filter((name) => wanted[name] !== undefined);
  if (given.length === 0) return {};
  const names = new Set(given.flatMap((name) => paths[name].flat()));
  return {
    FilterExpression: given
      .map((name) => `(${paths[name].map((path) => `${path.join('.')} = :${name}`).join(' OR ')})`)
      .join(' AND '),
    ExpressionAttributeNames: Object.fromEntries([...names].map((name) => [name, name.slice(1)])),
    ExpressionAttributeValues: Object.fromEntries(given.map((name) => [`:${name}`, wanted[name]])),
  };
}
