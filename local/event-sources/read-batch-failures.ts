/**
 * The `batchItemFailures` of a function's answer; undefined if the answer is malformed or names an item that wasn't in
 * the batch, which Lambda takes for the failure of all. An empty answer means that all went well.
 */
export function readBatchFailures(
  payload: string,
  isInBatch: (id: string) => boolean,
): readonly string[] | undefined {
  const answer: unknown = JSON.parse(payload);
  if (answer === null || answer === '') return [];
  const failures = readField(answer, 'batchItemFailures');
  if (failures === undefined) return typeof answer === 'object' ? [] : undefined;
  if (failures === null) return [];
  if (!Array.isArray(failures)) return undefined;
  const ids = failures.map((failure) => readField(failure, 'itemIdentifier'));
  return ids.every((id) => typeof id === 'string' && id !== '' && isInBatch(id))
    ? (ids as string[])
    : undefined;
}

function readField(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
