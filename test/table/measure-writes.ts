import type { Table } from '../../shared/table/client.ts';

/** Units as DynamoDB bills them, of the table and of its list index. */
export interface Units {
  table: number;
  lists: number;
}

interface Used {
  readonly CapacityUnits?: number;
  readonly Table?: { readonly CapacityUnits?: number };
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, { readonly CapacityUnits?: number }>>;
}

const isWrite = /^(Put|Update|TransactWrite)/;
const isRead = /^(Get|BatchGet|Query)/;

/** Does something with a table and says what its writes cost. */
export async function measureWrites<Result>(
  table: Table,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly units: Units }> {
  return measure(table, isWrite, work);
}

/** Does something with a table and says how many read units of it that takes. */
export async function measureReads(table: Table, work: () => Promise<unknown>): Promise<number> {
  return (await measure(table, isRead, work)).units.table;
}

async function measure<Result>(
  { documents }: Table,
  counts: RegExp,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly units: Units }> {
  const units: Units = { table: 0, lists: 0 };
  documents.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        if (!counts.test(commandName)) return next(args);
        Object.assign(args.input, { ReturnConsumedCapacity: 'INDEXES' });
        const answer = await next(args);
        const { ConsumedCapacity = [] } = answer.output as { ConsumedCapacity?: Used | Used[] };
        for (const used of [ConsumedCapacity].flat()) {
          units.table += used.Table?.CapacityUnits ?? 0;
          for (const index of Object.values(used.GlobalSecondaryIndexes ?? {})) {
            units.lists += index.CapacityUnits ?? 0;
          }
        }
        return answer;
      },
    { step: 'initialize', name: 'measure' },
  );
  try {
    return { result: await work(), units };
  } finally {
    documents.middlewareStack.remove('measure');
  }
}
