import { describe, expect, it } from 'vitest';
import { fillEmptyMaps } from '../../../local/event-sources/fill-empty-maps.ts';

describe('fillEmptyMaps', () => {
  it('writes empty maps as DynamoDB does, at any depth, and leaves all else', () => {
    // What DynamoDB Local 3 had in a stream for an item with empty maps.
    const read = {
      pk: { S: 'a' },
      k: { L: [{ L: [] }, {}] },
      l: { L: [] },
      m: {},
      n: { M: { b: { BOOL: false }, s: { S: '' }, z: { NULL: true }, l: { L: [] }, m: {} } },
    };
    expect(fillEmptyMaps(read)).toEqual({
      pk: { S: 'a' },
      k: { L: [{ L: [] }, { M: {} }] },
      l: { L: [] },
      m: { M: {} },
      n: { M: { b: { BOOL: false }, s: { S: '' }, z: { NULL: true }, l: { L: [] }, m: { M: {} } } },
    });
  });

  it('changes nothing that has them right', () => {
    const right = { m: { M: {} }, k: { L: [{ M: { x: { M: {} } } }] }, s: { SS: ['a'] } };
    expect(fillEmptyMaps(right)).toEqual(right);
  });
});
