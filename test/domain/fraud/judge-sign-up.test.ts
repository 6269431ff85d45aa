import { describe, expect, it } from 'vitest';
import { judgeSignUp } from '../../../shared/domain/fraud/judge-sign-up.ts';
import { fraudRules } from '../../../shared/domain/fraud/rules.ts';
import { needsOf } from '../../../shared/domain/fraud/settings.ts';
import { honest, unknown } from './signals.ts';

const sameDevice = { ...honest, referee: { ...honest.referee, device: honest.referrer.device ?? '' } };
const sameDeviceAndIp = { ...honest, referee: { ...sameDevice.referee, ip: honest.referrer.ip ?? '' } };
const selfReferral = { ...honest, referee: { ...honest.referee, userId: 'alice' } };

describe('the judgement of a sign-up', () => {
  it('accepts what no rule speaks against', () => {
    for (const signals of [honest, unknown]) {
      expect(judgeSignUp(signals, undefined)).toEqual({ action: 'accept', score: 0, findings: [] });
    }
  });

  it('flags where the program says nothing, and rejects the same user, mailbox and circles', () => {
    expect(judgeSignUp(sameDevice, {})).toMatchObject({ action: 'flag', score: 50 });
    expect(judgeSignUp(selfReferral, {}).action).toBe('reject');
    const rejecting = fraudRules.filter((rule) => rule.action === 'reject').map((rule) => rule.ruleId);
    expect(rejecting).toEqual(['self_referral', 'same_email', 'cycle']);
    const others = fraudRules.filter((rule) => rule.action !== 'reject' && rule.action !== 'flag');
    expect(others.map(({ ruleId, action }) => [ruleId, action])).toEqual([['no_page_view', 'off']]);
  });

  it('does what the program asks a rule to do', () => {
    const act = (action: 'off' | 'flag' | 'hold' | 'reject') =>
      judgeSignUp(sameDevice, { rules: { same_device: { action } } }).action;
    expect([act('off'), act('flag'), act('hold'), act('reject')]).toEqual([
      'accept',
      'flag',
      'hold',
      'reject',
    ]);
  });

  it('takes the strongest of what is asked for', () => {
    const rules = { same_device: { action: 'hold' }, same_ip: { action: 'flag' } } as const;
    expect(judgeSignUp(sameDeviceAndIp, { rules }).action).toBe('hold');
  });

  it('sums the scores, and acts by the sum where the program says so', () => {
    expect(judgeSignUp(sameDeviceAndIp, {}).score).toBe(70);
    expect(judgeSignUp(sameDeviceAndIp, { holdScore: 70 }).action).toBe('hold');
    expect(judgeSignUp(sameDeviceAndIp, { holdScore: 71 }).action).toBe('flag');
    expect(judgeSignUp(sameDeviceAndIp, { holdScore: 50, rejectScore: 70 }).action).toBe('reject');
    expect(judgeSignUp(sameDeviceAndIp, { holdScore: 50, rejectScore: 71 }).action).toBe('hold');
    expect(judgeSignUp(honest, { rejectScore: 1 }).action).toBe('accept');
    expect(judgeSignUp(sameDeviceAndIp, { rules: { same_ip: { score: 1 } } }).score).toBe(51);
    expect(judgeSignUp(honest, { holdScore: 1 }).action).toBe('accept');
  });

  it('lets no program take circles and the same user in', () => {
    const rules = { self_referral: { action: 'off' }, cycle: { action: 'flag' } } as const;
    expect(judgeSignUp(selfReferral, { rules }).action).toBe('reject');
    expect(judgeSignUp({ ...honest, uplineIds: ['bob'] }, { rules }).action).toBe('reject');
  });

  it('tells what it has seen, and no person', () => {
    const { findings } = judgeSignUp(sameDevice, {});
    expect(findings).toEqual([
      {
        ruleId: 'same_device',
        score: 50,
        reason: 'Referrer and referee were seen on the same device',
        evidence: {},
      },
    ]);
  });

  it('needs nothing to be read for rules that are off', () => {
    expect([...needsOf(undefined)].sort()).toEqual(['brought', 'device', 'ip', 'payment']);
    const off = ['velocity_participant', 'velocity_code', 'velocity_ip', 'shared_ip'];
    const rules = Object.fromEntries(off.map((id) => [id, { action: 'off' as const }]));
    expect([...needsOf({ rules })].sort()).toEqual(['device', 'payment']);
  });

  it('knows each rule once', () => {
    expect(new Set(fraudRules.map((rule) => rule.ruleId)).size).toBe(fraudRules.length);
  });
});
