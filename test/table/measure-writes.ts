import type { Table } from '../../shared/table/client.ts';

/** Write units as DynamoDB bills them, of the table and of its list index. */
export interface WriteUnits {
  table: number;
  lists: number;
}

interface Used {
  readonly CapacityUnits?: number;
  readonly Table?: { readonly CapacityUnits?: number };
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, { readonly CapacityUnits?: number }>>;
}

const isWrite = /^(Put|Update|TransactWrite)/;

/** Does something with a table and says what its writes cost. */
export async function measureWrites<Result>(
  { documents }: Table,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly units: WriteUnits }> {
  const units: WriteUnits = { table: 0, lists: 0 };
  documents.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        if (!isWrite.test(commandName)) return next(args);
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
    { step: 'initialize', name: 'measureWrites' },
  );
  try {
    return { result: await work(), units };
  } finally {
    documents.middlewareStack.remove('measureWrites');
  }
}
