import { describe, expect, it } from 'vitest';
import { banned, deactivatedByHand, unbanned } from '../../../shared/domain/fraud/ban.ts';

const active = { status: 'active' } as const;
const inactive = { status: 'inactive' } as const;

describe('a ban', () => {
  it('deactivates, and says how somebody stood', () => {
    expect(banned(active)).toEqual({ ...inactive, ban: { cases: 1, statusBefore: 'active' } });
    expect(banned(inactive)).toEqual({ ...inactive, ban: { cases: 1, statusBefore: 'inactive' } });
  });

  it.each([active, inactive])('that is lifted leaves all as it was: $status', (before) => {
    expect(unbanned(banned(before))).toEqual(before);
    expect(unbanned(unbanned(banned(banned(before))))).toEqual(before);
  });

  it('stands until the last of its cases is undone', () => {
    expect(unbanned(banned(banned(active)))).toEqual(banned(active));
  });

  it('that is lifted leaves inactive who was deactivated by hand meanwhile', () => {
    const deactivated = { ...banned(active), ...deactivatedByHand(banned(active)) };
    expect(unbanned(deactivated)).toEqual(inactive);
    expect(unbanned(unbanned(banned(deactivated)))).toEqual(inactive);
    expect(deactivatedByHand(active)).toEqual({});
  });

  it('does not undo what was done by hand meanwhile', () => {
    const reactivated = { ...banned(inactive), ...active };
    expect(unbanned(reactivated)).toEqual(active);
    expect(unbanned(unbanned(banned(reactivated)))).toEqual(active);
    expect(unbanned(active)).toEqual(active);
  });
});
