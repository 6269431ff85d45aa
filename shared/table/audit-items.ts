import { type AuditEntry, auditUlidOf } from '../domain/audit.ts';
import type { Table } from './client.ts';
import { keys, listKeys } from './keys.ts';
import { type Page, type PageRequest, readList } from './lists.ts';
import type { TransactItem } from './transact.ts';

/** The part of a transaction that notes what an operator does by it. */
export function auditPut(table: Table, entry: AuditEntry): TransactItem {
  const ulid = auditUlidOf(entry.auditId);
  return {
    Put: {
      TableName: table.name,
      Item: { ...keys.audit(ulid), ...listKeys.audits(entry.programId, ulid), type: 'audit', entry },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** The audit log, which is only ever added to. */
export function auditItems(table: Table) {
  return {
    /** A program's entries, newest first. */
    listAudit: (programId: string, page: PageRequest): Promise<Page<AuditEntry> | undefined> =>
      readList(
        table,
        listKeys.audits(programId, '').listPk,
        page,
        (item) => item['entry'] as unknown as AuditEntry,
      ),
  };
}
