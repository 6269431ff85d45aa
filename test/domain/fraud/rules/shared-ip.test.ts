import { describe, expect, it } from 'vitest';
import { sharedIp } from '../../../../shared/domain/fraud/rules/shared-ip.ts';
import { honest, observed, unknown, usedAgo } from '../signals.ts';

describe('an address that many share', () => {
  const uses = (ip: ReturnType<typeof usedAgo>) => ({ uses: { ...honest.uses, ip } });
  const measures = { limit: 3, seconds: 60 };

  it('is found by how many have used it, this user included', () => {
    expect(observed(sharedIp, uses(usedAgo([50, 10])), measures)).toEqual({ users: 3, seconds: 60 });
    expect(observed(sharedIp, uses(usedAgo([10])), measures)).toBeUndefined();
  });

  it('forgets what lies before the window', () => {
    expect(observed(sharedIp, uses(usedAgo([60, 10])), measures)).toBeUndefined();
    expect(observed(sharedIp, uses(usedAgo([59.9, 10])), measures)).toBeDefined();
  });

  it('counts each user once, and nobody where no address is known', () => {
    const [once] = usedAgo([5]);
    expect(observed(sharedIp, uses(once ? [once, once, once] : []), measures)).toBeUndefined();
    expect(observed(sharedIp, { ...unknown, ...uses(usedAgo([3, 2, 1])) }, measures)).toBeUndefined();
  });

  it('takes ten within a week unless the program says', () => {
    const days = (count: number) => Array.from({ length: count }, (_, n) => n * 60_000);
    expect(observed(sharedIp, uses(usedAgo(days(8))))).toBeUndefined();
    expect(observed(sharedIp, uses(usedAgo(days(9))))).toEqual({ users: 10, seconds: 604_800 });
  });
});
