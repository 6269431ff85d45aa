import { attempt, SqsError } from '../engine/sqs-error.ts';
import { type Input, isObject, list, text } from './input.ts';

const MAX_ENTRIES = 10;
const ENTRY_ID = /^[\w-]{1,80}$/;

/** A request of a batch. */
export interface BatchEntry {
  readonly id: string;
  readonly input: Input;
}

/** Reads `Entries`: one to ten, each with an ID of its own. */
export function readBatch(input: Input): BatchEntry[] {
  const entries = list(input, 'Entries');
  if (entries.length === 0) {
    throw new SqsError('EmptyBatchRequest', 'There should be at least one batch entry in the request.');
  }
  if (entries.length > MAX_ENTRIES) {
    throw new SqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const seen = new Set<string>();
  return entries.map((entry) => {
    if (!isObject(entry)) throw new SqsError('SerializationException', 'An entry is not an object.');
    const id = text(entry, 'Id');
    checkId(id, seen);
    seen.add(id);
    return { id, input: entry };
  });
}

/** Runs each entry and sorts the outcomes into `Successful` and `Failed`. */
export function runBatch(entries: readonly BatchEntry[], run: (entry: Input) => object) {
  return batchAnswer(
    entries,
    entries.map((entry) => attempt(() => run(entry.input))),
  );
}

/** The answer to a batch whose entries had these outcomes. */
export function batchAnswer(entries: readonly BatchEntry[], outcomes: readonly (object | SqsError)[]) {
  const successful: object[] = [];
  const failed: object[] = [];
  entries.forEach(({ id }, index) => {
    const outcome = outcomes[index];
    if (outcome instanceof SqsError) failed.push(failure(id, outcome));
    else successful.push({ Id: id, ...outcome });
  });
  return {
    ...(successful.length > 0 ? { Successful: successful } : {}),
    ...(failed.length > 0 ? { Failed: failed } : {}),
  };
}

function checkId(id: string, seen: ReadonlySet<string>): void {
  if (!ENTRY_ID.test(id)) {
    throw new SqsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  if (seen.has(id)) throw new SqsError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`);
}

function failure(id: string, error: SqsError): object {
  return { Id: id, SenderFault: true, Code: error.queryCode, Message: error.message };
}
