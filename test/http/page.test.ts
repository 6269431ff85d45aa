import { describe, expect, it } from 'vitest';
import { refuse } from '../../shared/contract/problems.ts';
import { answerWith, pageAnswer, pageOf } from '../../shared/http/page.ts';

describe('pageOf', () => {
  it('is 50 entries from the start unless the query says', () => expect(pageOf({})).toEqual({ limit: 50 }));
  it('is what the query says', () => {
    expect(pageOf({ limit: 7, cursor: 'abc' })).toEqual({ limit: 7, cursor: 'abc' });
  });
});

describe('pageAnswer', () => {
  const double = (n: number) => n * 2;
  it('shows each entry, and where the next page begins', () => {
    const page = { items: [1, 2], nextCursor: 'abc' };
    expect(pageAnswer('numbers', page, double)).toEqual({ numbers: [2, 4], nextCursor: 'abc' });
  });
  it('has no cursor on the last page', () => {
    expect(pageAnswer('numbers', { items: [1] }, double)).toEqual({ numbers: [2] });
  });
  it('refuses a cursor that is none of the list', () => {
    expect(pageAnswer('numbers', undefined, double)).toEqual({ refused: 'invalid_cursor' });
  });
});

describe('answerWith', () => {
  it('names a value', () => expect(answerWith('thing', { a: 1 })).toEqual({ thing: { a: 1 } }));
  it('passes a refusal on', () => {
    expect(answerWith('thing', refuse('not_found'))).toEqual({ refused: 'not_found' });
  });
});
