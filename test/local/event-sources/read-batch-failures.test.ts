import { describe, expect, it } from 'vitest';
import { readBatchFailures } from '../../../local/event-sources/read-batch-failures.ts';

const read = (payload: string) => readBatchFailures(payload, (id) => ['a', 'b'].includes(id));

describe('the failures that a function reports', () => {
  it.each(['null', '""', '{}', '{"batchItemFailures":[]}', '{"batchItemFailures":null}'])(
    'are none in %s',
    (payload) => {
      expect(read(payload)).toEqual([]);
    },
  );

  it('are the items that it names', () => {
    expect(read('{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"a"}]}')).toEqual(['b', 'a']);
  });

  it.each([
    '"text"',
    '{"batchItemFailures":"a"}',
    '{"batchItemFailures":[{}]}',
    '{"batchItemFailures":[{"itemIdentifier":""}]}',
    '{"batchItemFailures":[{"itemIdentifier":null}]}',
    '{"batchItemFailures":[{"id":"a"}]}',
    '{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"stranger"}]}',
  ])('are malformed in %s', (payload) => {
    expect(read(payload)).toBeUndefined();
  });
});
