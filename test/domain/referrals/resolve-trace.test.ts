import { expect, it } from 'vitest';
import type { Link } from '../../../shared/domain/links/link.ts';
import { resolveTrace, type Trace } from '../../../shared/domain/referrals/resolve-trace.ts';

const link: Link = {
  ...{ code: 'of-ann', programId: 'shop', userId: 'ann', destination: 'https://shop.example/' },
  ...{ status: 'active', createdAt: '2026-11-01T00:00:00.000Z' },
};
const trace: Trace = { by: 'code', code: 'of-ann' };
const end = '2026-11-20T12:00:00.000Z';
const signUp = { programId: 'shop', at: Date.parse(end) };
const traced = (settings: Partial<Link> = {}, clicksUsed = 0) => ({
  link: { ...link, ...settings },
  clicksUsed,
});
const inactive = { referrerId: 'ann', fault: 'inactive' };

it('a code speaks for whose link it is', () => {
  expect(resolveTrace(trace, traced(), signUp)).toEqual({ ...trace, referrerId: 'ann' });
});

it.each([
  ['of no link', undefined, 'shop', 'not_found'],
  ['of another program', traced(), 'club', 'other_program'],
] as const)('a code %s speaks for nobody', (_, found, programId, fault) => {
  expect(resolveTrace(trace, found, { ...signUp, programId })).toEqual({ ...trace, fault });
});

it('a link that is out of use says whose it was, and why it earns nothing', () => {
  expect(resolveTrace(trace, traced({ status: 'inactive' }), signUp)).toEqual({ ...trace, ...inactive });
});

it.each(['code', 'link', 'coupon'] as const)(
  'a %s earns until its link expires, and not from then on',
  (by) => {
    const typed = { by, code: 'of-ann' };
    const expiring = traced({ expiresAt: end });
    expect(resolveTrace(typed, expiring, { ...signUp, at: signUp.at - 1 })).not.toHaveProperty('fault');
    expect(resolveTrace(typed, expiring, signUp)).toEqual({ ...typed, ...inactive });
  },
);

it.each(['code', 'link', 'coupon'] as const)('a %s earns as long as its link has clicks left', (by) => {
  const typed = { by, code: 'of-ann' };
  expect(resolveTrace(typed, traced({ clickCap: 5 }, 4), signUp)).not.toHaveProperty('fault');
  expect(resolveTrace(typed, traced({ clickCap: 5 }, 5), signUp)).toEqual({ ...typed, ...inactive });
});

it('a click counts by when it came: before the end of its link, and by the place below the cap that it took', () => {
  const click = (at: string): Trace => ({ by: 'clickId', clickId: 'clk_1', at, code: 'of-ann' });
  const late = { ...signUp, at: signUp.at + 86_400_000 };
  const before = click('2026-11-20T11:59:59.999Z');
  expect(resolveTrace(before, traced({ expiresAt: end, clickCap: 5 }, 5), late)).not.toHaveProperty('fault');
  expect(resolveTrace(click(end), traced({ expiresAt: end }), late)).toMatchObject(inactive);
  expect(resolveTrace(before, traced({ status: 'inactive' }), late)).toMatchObject(inactive);
});

it('what could not be read stays so, whatever link is found', () => {
  const forged: Trace = { by: 'token', code: 'of-ann', fault: 'forged' };
  expect(resolveTrace(forged, traced(), signUp)).toEqual(forged);
});
