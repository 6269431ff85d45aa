import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  mayInvite,
  type Participant,
  participantFieldsOf,
  standingOf,
} from '../../shared/domain/participant.ts';
import type { Rule } from '../../shared/domain/programs/program.ts';
import type { ConditionGroup } from '../../shared/domain/rules/conditions.ts';

const none: ReadonlySet<string> = new Set();
const alice: Participant = {
  programId: 'default',
  userId: 'alice',
  status: 'active',
  name: 'Alice',
  emailHash: 'a hash',
  links: 1,
  createdAt: '2026-11-21T10:00:00.000Z',
};

describe('standingOf', () => {
  it.each<[string, Partial<Participant> | undefined, object]>([
    ['somebody as usual', {}, {}],
    ['a user who is no participant', undefined, {}],
    ['somebody deactivated', { status: 'inactive' }, { inactive: true }],
    ['a policy that changes nothing', { policy: { mayInvite: true } }, {}],
    ['somebody who may not invite', { policy: { mayInvite: false } }, {}],
    ['a rate', { policy: { mayInvite: true, commissionRate: '12.5' } }, { rate: '12.5' }],
    ['a rate of nothing', { policy: { mayInvite: true, commissionRate: '0' } }, { rate: '0' }],
    ['a limit', { policy: { mayInvite: true, triggerLimit: 5 } }, { triggerLimit: 5 }],
    ['no limit', { policy: { mayInvite: true, triggerLimit: null } }, { triggerLimit: null }],
    ['fields that nobody looks at', { fields: { plan: 'pro' } }, {}],
  ])('says of %s what is unusual', (_, more, standing) => {
    expect(standingOf(more && { ...alice, ...more }, none)).toEqual(standing);
  });

  it('keeps of the fields those that are wanted, whatever their value, and the tier', () => {
    const fields = { plan: 'pro', seats: 0, trial: false, secret: 'x' };
    const standing = standingOf({ ...alice, fields }, new Set(['plan', 'seats', 'trial', 'other']), 'gold');
    expect(standing).toEqual({ tierId: 'gold', fields: { plan: 'pro', seats: 0, trial: false } });
  });

  it('never tells who it is, nor a field that nobody wants', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), fc.array(fc.string()), (fields, wanted) => {
        const { fields: kept = {}, ...rest } = standingOf({ ...alice, fields }, new Set(wanted));
        expect(rest).toEqual({});
        for (const name of Object.keys(kept)) expect(wanted).toContain(name);
      }),
    );
  });
});

describe('mayInvite', () => {
  it.each<[Partial<Participant>, boolean]>([
    [{}, true],
    [{ policy: { mayInvite: true } }, true],
    [{ policy: { mayInvite: false } }, false],
    [{ status: 'inactive' }, false],
    [{ status: 'inactive', policy: { mayInvite: true } }, false],
  ])('%j: %s', (more, may) => expect(mayInvite({ ...alice, ...more })).toBe(may));
});

describe('participantFieldsOf', () => {
  const where = (conditions: ConditionGroup) => ({ conditions }) as Rule;
  const equal = (field: string) => ({ field, operator: 'equals', value: 1 }) as const;

  it('names the fields of referrers and referees, also in nested groups, and nothing else', () => {
    const rules = [
      where({ all: [equal('referrer.fields.plan'), { any: [equal('referee.fields.seats')] }] }),
      where({ any: [equal('event.properties.fields'), equal('referrer.userId'), equal('referral.code')] }),
      {} as Rule,
    ];
    expect([...participantFieldsOf({ rules })].sort()).toEqual(['plan', 'seats']);
  });
});
