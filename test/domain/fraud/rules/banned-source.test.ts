import { describe, expect, it } from 'vitest';
import { bannedSource, matchesGlob } from '../../../../shared/domain/fraud/rules/banned-source.ts';
import { now, observed } from '../signals.ts';

describe('a banned source', () => {
  const from = (referrerHost: string) => ({
    click: { at: now - 60_000, kind: 'human' as const, referrerHost },
  });

  it('is found by its pattern', () => {
    const hosts = ['*.coupons.example', 'bad.example'];
    expect(observed(bannedSource, from('www.Coupons.example'), { hosts })).toEqual({
      host: 'www.coupons.example',
      pattern: '*.coupons.example',
    });
    expect(observed(bannedSource, from('good.example'), { hosts })).toBeUndefined();
    expect(observed(bannedSource, from('bad.example'))).toBeUndefined();
  });

  it('is found below a host that is named without a star, and not beside it', () => {
    const hosts = ['Bad.example'];
    const found = { host: 'go.bad.example', pattern: 'Bad.example' };
    expect(observed(bannedSource, from('go.bad.example'), { hosts })).toEqual(found);
    expect(observed(bannedSource, from('worse-bad.example'), { hosts })).toBeUndefined();
    expect(observed(bannedSource, from('bad.example.com'), { hosts })).toBeUndefined();
  });

  it.each([
    ['bad.example', 'bad.example', true],
    ['worse-bad.example', 'bad.example', false],
    ['www.bad.example', '*.bad.example', true],
    ['bad.example', '*.bad.example', false],
    ['aXbYc', 'a*b*c', true],
    ['ac', 'a*b*c', false],
    ['worse-ac', 'a*c', false],
    ['aba', 'ab*ba', false],
    ['anything', '*', true],
    ['', '*', true],
    ['abab', '*ab*ab', true],
    ['ab', '*ab*ab', false],
    ['a.c', 'a.c', true],
    ['abc', 'a.c', false],
  ])('%s and %s: %s', (text, pattern, matches) => expect(matchesGlob(text, pattern)).toBe(matches));
});
