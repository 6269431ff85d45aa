import { isRefusal } from '../../../shared/contract/problems.ts';
import * as contract from '../../../shared/contract/statements.ts';
import { withoutOrders } from '../../../shared/domain/payouts/statement.ts';
import { operation } from '../../../shared/http/serve-routes.ts';
import { statementCsv, statementHtml } from '../../../shared/http/statement-pages.ts';
import { csvAnswer, TextAnswer } from '../../../shared/http/text-answer.ts';
import { readStatement } from '../../../shared/usecases/payouts/read-statement.ts';
import { ports } from './ports.ts';

/** A date is its start in UTC; a date-time is taken to UTC, as ledger entries are written. */
const inUtc = (moment: string | undefined): string | undefined =>
  moment === undefined ? undefined : new Date(moment).toISOString();

const getStatement = operation(contract.getStatement, async ({ params, query, reach }) => {
  const found = await readStatement(ports, { ...params, from: inUtc(query.from), to: inUtc(query.to) });
  if (isRefusal(found)) return found;
  const statement = reach.userId === undefined ? found : withoutOrders(found);
  return query.format === 'csv'
    ? csvAnswer(`statement-${params.userId}.csv`, statementCsv(statement))
    : new TextAnswer('text/html; charset=utf-8', statementHtml(statement));
});

export const statementOperations = [getStatement];
