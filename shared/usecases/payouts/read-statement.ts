import { type Refusal, refuse, refuseField } from '../../contract/problems.ts';
import type { LedgerEntry } from '../../domain/money/balance.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Participant } from '../../domain/participant.ts';
import {
  addOpening,
  type Openings,
  type Statement,
  statementAccounts,
} from '../../domain/payouts/statement.ts';
import { everyItem } from '../every-item.ts';
import { isoTime, type System } from '../system.ts';

export interface ReadStatementPorts extends Pick<System, 'now'> {
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  /** Newest first. */
  listLedger(
    programId: string,
    userId: string,
    page: PageRequest,
    now: string,
  ): Promise<Page<LedgerEntry> | undefined>;
}

/** Most entries in one statement: an answer of a function has at most 6 MB. */
const mostEntries = 10_000;

/** Which statement. Times in ISO 8601, UTC. */
export interface StatementInput {
  readonly programId: string;
  readonly userId: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** A participant's statement, all of it from the ledger: what came before the period is summed, not looked up. */
export async function readStatement(
  ports: ReadStatementPorts,
  { programId, userId, from, to = isoTime(ports.now() + 1) }: StatementInput,
): Promise<Statement | Refusal> {
  if (from !== undefined && from >= to) return refuseField('from', 'must be before to');
  if ((await ports.findParticipant(programId, userId)) === undefined) return refuse('participant_not_found');
  const now = isoTime(ports.now());
  let openings: Openings = new Map();
  const entries: LedgerEntry[] = [];
  for await (const entry of everyItem(100, (page) => ports.listLedger(programId, userId, page, now))) {
    if (entry.createdAt >= to) continue;
    if (from !== undefined && entry.createdAt < from) openings = addOpening(openings, entry);
    else entries.push(entry);
    if (entries.length > mostEntries) {
      return refuseField('from', `must leave at most ${mostEntries} entries until the end`);
    }
  }
  const accounts = statementAccounts(openings, entries.reverse());
  return { programId, userId, ...(from !== undefined && { from }), to, accounts };
}
