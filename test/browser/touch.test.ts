import { describe, expect, it } from 'vitest';
import {
  decideTouch,
  type Memory,
  readTouch,
  type Touch,
  withoutTouch,
  writeTouch,
} from '../../browser/touch.ts';
import { landingUrl } from '../../shared/domain/links/destination.ts';

const now = 1_800_000_000_000;
const day = 86_400_000;
const clickId = 'clk_01jd3zv2m3n4p5q6r7s8t9vabc';

describe('readTouch', () => {
  it('reads what the redirect wrote', () => {
    const { search } = new URL(landingUrl('https://shop.example/a?b=c', 'alice-rocks', clickId));
    expect(readTouch(search, now)).toEqual({ clickId, referralCode: 'alice-rocks', at: now });
  });

  it('reads a token, with its dots', () => {
    const token = 'p1.lz3k.01jd3zv2m3n4p5q6r7s8t9vabc.alice.default.Ab-_0123456789abcdefgh';
    expect(readTouch(`?plusone_token=${token}`, now)).toEqual({ token, at: now });
  });

  it.each([
    '',
    '?',
    '?a=b',
    '?xplusone_code=alice',
    '?plusone_codes=alice',
    '?plusone_code=',
    '?plusone_code=ab',
    '?plusone_code',
    '?plusone_code=a%3Bdomain=evil.example',
    '?plusone_code=<script>',
    '?plusone_code=-alice',
    '?plusone_code=a.lice',
    '?plusone_click=abc',
    `?plusone_click=${clickId.slice(0, -1)}`,
    `?plusone_click=${clickId}0`,
    `?plusone_click=${clickId.toUpperCase()}`,
    `?plusone_code=${'a'.repeat(51)}`,
    '?plusone_code=a;b=c',
    `?plusone_code=${'a'.repeat(1000)}`,
    '?plusone_at=5',
  ])('finds nothing in %j', (query) => expect(readTouch(query, now)).toBeUndefined());

  it('takes what is sound beside what is not', () => {
    for (const click of ['%00', 'abc', clickId.slice(0, 20)]) {
      const found = readTouch(`?plusone_click=${click}&plusone_code=alice`, now);
      expect(found).toEqual({ referralCode: 'alice', at: now });
    }
  });

  it('takes the first of several', () => {
    expect(readTouch('?plusone_code=alice&plusone_code=bob', now)).toEqual({
      referralCode: 'alice',
      at: now,
    });
  });

  it('lets no link say when it was opened', () => {
    expect(readTouch('?plusone_code=alice&plusone_at=1', now)?.at).toBe(now);
  });

  it.each(['plusone_code=alice', 'plusone_code=alice&plusone_at=', 'plusone_code=alice&plusone_at=x'])(
    'finds nothing in a kept text without its time: %s',
    (text) => expect(readTouch(text)).toBeUndefined(),
  );
});

it('writes a touch so that a cookie takes it, and reads it again', () => {
  const touch = { clickId, referralCode: 'alice-rocks', token: 'p1.a_b-c', at: now };
  expect(writeTouch(touch)).toMatch(/^[\w.~=&-]+$/);
  expect(readTouch(writeTouch(touch))).toEqual(touch);
});

describe('decideTouch', () => {
  const first: Memory = { model: 'first', window: 7 * day };
  const last: Memory = { model: 'last', window: 7 * day };
  const ago = (days: number, referralCode: string): Touch => ({ referralCode, at: now - days * day });
  const alice = ago(3, 'alice');
  const bob = ago(1, 'bob');
  const carol = ago(0, 'carol');

  it.each([
    ['nothing', first, [], undefined, undefined],
    ['the arrival, where nothing is kept', first, [undefined, undefined], carol, carol],
    ['first: what is kept', first, [alice], carol, alice],
    ['last: the arrival', last, [alice], carol, carol],
    ['what is kept, when nothing arrives', last, [alice], undefined, alice],
    ['one copy where the other is lost', first, [undefined, alice], undefined, alice],
    ['first: the older of two copies', first, [bob, alice], undefined, alice],
    ['last: the younger of two copies', last, [alice, bob], undefined, bob],
    ['first: the younger, where the older is over', first, [ago(8, 'alice'), bob], carol, bob],
    ['the arrival, where all is over', first, [ago(8, 'alice'), ago(7.1, 'bob')], carol, carol],
    ['nothing, where all is over and nothing arrives', last, [ago(8, 'alice')], undefined, undefined],
    ['what is on its last moment', first, [ago(7, 'alice')], carol, ago(7, 'alice')],
    [
      'last: the same again with its own time, so that a reload gains no time',
      last,
      [alice],
      { ...alice, at: now },
      alice,
    ],
    ['first: the arrival, where the clock was far ahead', first, [ago(-30, 'alice')], carol, carol],
  ] as const)('keeps %s', (_, memory, kept, arrived, expected) => {
    expect(decideTouch(kept, arrived, memory, now)).toEqual(expected);
  });
});

describe('withoutTouch', () => {
  it.each([
    ['', ''],
    ['?plusone_code=a', ''],
    ['?plusone_code=a&plusone_click=b&plusone_token=c', ''],
    ['?a=b', '?a=b'],
    ['?a=%zz&plusone_code=x&b=c+d&b', '?a=%zz&b=c+d&b'],
    ['?plusone_codes=a&plusone_code', '?plusone_codes=a'],
  ])('%s becomes %j', (query, expected) => expect(withoutTouch(query)).toBe(expected));
});
