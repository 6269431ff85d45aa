import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  causeOf,
  givenUpBy,
  streamPointerOf,
  subjectOf,
} from '../../../shared/domain/dead-letters/dead-letter.ts';

const batch = {
  requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 11 },
  responseContext: { statusCode: 200, functionError: 'Unhandled' },
  DDBStreamBatchInfo: {
    shardId: 'shardId-1',
    startSequenceNumber: '100',
    endSequenceNumber: '120',
    batchSize: 7,
    streamArn: 'arn:stream',
  },
};

describe('what a message is about', () => {
  it('is said by the ids in it, and nothing else of it is kept', () => {
    const body = {
      kind: 'events',
      programId: 'p',
      userId: 'bob',
      eventIds: ['e1'],
      secret: 'no',
      data: { email: 'x' },
    };
    expect(subjectOf(JSON.stringify(body))).toEqual({
      kind: 'events',
      programId: 'p',
      userId: 'bob',
      eventIds: ['e1'],
    });
  });

  it('is a place in the stream for a batch that was given up', () => {
    const text = JSON.stringify(batch);
    expect(subjectOf(text)).toEqual({
      shardId: 'shardId-1',
      startSequenceNumber: '100',
      endSequenceNumber: '120',
      records: 7,
    });
    expect(streamPointerOf(text)).toEqual({
      shardId: 'shardId-1',
      startSequenceNumber: '100',
      endSequenceNumber: '120',
    });
    expect(streamPointerOf('{}')).toBeUndefined();
  });

  it.each(['shardId', 'startSequenceNumber', 'endSequenceNumber'])(
    'is no place in the stream without its %s',
    (name) => {
      for (const value of ['', 7, null, undefined]) {
        const info = { ...batch.DDBStreamBatchInfo, [name]: value };
        expect(streamPointerOf(JSON.stringify({ ...batch, DDBStreamBatchInfo: info }))).toBeUndefined();
      }
    },
  );

  it('leaves out what is no id: what is too long, and what is no text', () => {
    const subject = (fields: object) => subjectOf(JSON.stringify(fields));
    const longest = 'x'.repeat(248);
    expect(subject({ userId: longest })).toEqual({ userId: longest });
    expect(subject({ userId: `${longest}x`, programId: 'p' })).toEqual({ programId: 'p' });
    expect(subject({ userId: { email: 'x' }, pool: true, kind: null })).toEqual({});
    const ids = [...Array(19).fill('x'.repeat(100)), 'x'.repeat(39)];
    expect(JSON.stringify(ids)).toHaveLength(2_000);
    expect(subject({ eventIds: ids })).toEqual({ eventIds: ids });
    expect(subject({ eventIds: [...ids, ''] })).toEqual({});
    expect(subject({ eventIds: ['e1', { email: 'x' }] })).toEqual({});
  });

  it('can be asked of any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        subjectOf(text);
        givenUpBy(text, {});
        expect(JSON.stringify(subjectOf(text)).length).toBeLessThan(25_000);
      }),
    );
  });
});

describe('why something was given up', () => {
  it('is what Lambda says of a batch of the stream', () => {
    expect(givenUpBy(JSON.stringify(batch), {})).toEqual({
      cause: { code: 'RetryAttemptsExhausted', detail: 'Unhandled' },
      tries: 11,
    });
  });

  it.each([
    [
      { ErrorCode: '200', ErrorMessage: 'it broke' },
      { code: '200', detail: 'it broke' },
    ],
    [{ ERROR_CODE: 'Lambda.Throttled' }, { code: 'Lambda.Throttled' }],
    [{}, { code: 'timed_out_or_crashed' }],
    [{ ERROR_MESSAGE: 'x'.repeat(400) }, { code: 'failed', detail: 'x'.repeat(300) }],
  ])('is what is written beside a call by the clock: %j', (attributes, cause) => {
    expect(givenUpBy('{}', attributes)).toEqual({ cause });
  });

  it('is the name and the beginning of the text of an error', () => {
    expect(causeOf(new TypeError('x'.repeat(400)))).toEqual({ code: 'TypeError', detail: 'x'.repeat(300) });
    expect(causeOf('thrown text')).toEqual({ code: 'string' });
    expect(causeOf(new RangeError())).toStrictEqual({ code: 'RangeError' });
  });

  it('is all that Lambda says, where that is little', () => {
    const body = JSON.stringify({ requestContext: { condition: 'EventAgeExceeded' } });
    expect(givenUpBy(body, {})).toStrictEqual({ cause: { code: 'EventAgeExceeded' } });
  });
});
