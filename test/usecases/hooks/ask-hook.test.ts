import { beforeEach, describe, expect, it } from 'vitest';
import { notificationRequest } from '../../../shared/contract/hooks.ts';
import type { FraudVerdict } from '../../../shared/domain/fraud/judge-sign-up.ts';
import { type HookKind, hookCallId } from '../../../shared/domain/hooks/hook.ts';
import { defaultSettings } from '../../../shared/domain/programs/default-program.ts';
import type { Hook, Program } from '../../../shared/domain/programs/program.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import { readHookAnswer } from '../../../shared/runtime/hooks/read-hook-answer.ts';
import {
  askHook,
  type HookCall,
  type HookReply,
  type KeptOutcome,
} from '../../../shared/usecases/hooks/ask-hook.ts';
import { calculateRewards } from '../../../shared/usecases/hooks/calculate-rewards.ts';
import { notifyHook } from '../../../shared/usecases/hooks/notify-hook.ts';
import { validateReferral } from '../../../shared/usecases/hooks/validate-referral.ts';

const hook: Hook = { url: 'https://hooks.example.com/', timeoutMs: 1_000, fallback: 'default' };
const accept = { body: '{"decision":"accept"}' };

let now: number;
let calls: HookCall[];
let replies: (HookReply | (() => HookReply))[];
let kept: Map<string, KeptOutcome>;
let ports: ReturnType<typeof makePorts>;

function makePorts() {
  return {
    now: () => now,
    readHookAnswer,
    defaultHooks: {},
    callHook: async (_hook: Hook, call: HookCall): Promise<HookReply> => {
      calls.push(call);
      const next = replies.shift() ?? accept;
      return typeof next === 'function' ? next() : next;
    },
    findHookOutcome: async (id: string) => kept.get(id),
    keepHookOutcome: async (one: KeptOutcome) => {
      const standing = kept.get(one.id) ?? one;
      kept.set(one.id, standing);
      return standing;
    },
  };
}

beforeEach(() => {
  now = 1_000_000;
  calls = [];
  replies = [];
  kept = new Map();
  ports = makePorts();
});

const ask = (given: Partial<Hook> = {}, kind: HookKind = 'validation') =>
  askHook(ports, { ...hook, ...given }, kind, { code: 'x' }, 'hook_1');

describe('askHook', () => {
  it('asks with version, kind and id, and answers with what it is told', async () => {
    expect(await ask()).toEqual({ answer: { decision: 'accept' } });
    expect(calls).toEqual([
      {
        kind: 'validation',
        id: 'hook_1',
        body: '{"version":1,"kind":"validation","id":"hook_1","code":"x"}',
        timeoutMs: 1_000,
      },
    ]);
  });

  it('asks once, whatever it is told', async () => {
    replies = [{ body: '{"decision":"reject"}' }, accept];
    expect(await ask()).toEqual(await ask());
    expect(calls).toHaveLength(1);
  });

  it.each(['default', 'hold', 'reject'] as const)('keeps the fallback %s as an answer', async (fallback) => {
    replies = [{ because: 'refused', again: false }, accept];
    const outcome = { fallback, because: 'refused' };
    expect(await ask({ fallback })).toEqual(outcome);
    expect(await ask({ fallback: 'default' })).toEqual(outcome);
    expect(calls).toHaveLength(1);
  });

  it('tries a second time by the same id, within what is left of the time', async () => {
    const breaks = (): HookReply => {
      now += 400;
      return { because: 'unreachable', again: true };
    };
    replies = [breaks, accept];
    expect(await ask()).toEqual({ answer: { decision: 'accept' } });
    expect(calls.map(({ id, timeoutMs }) => [id, timeoutMs])).toEqual([
      ['hook_1', 1_000],
      ['hook_1', 600],
    ]);
  });

  it('tries no third time, and none when the time is up', async () => {
    const broken: HookReply = { because: 'failed', again: true };
    replies = [broken, broken, accept];
    expect(await ask()).toEqual({ fallback: 'default', because: 'failed' });
    expect(calls).toHaveLength(2);

    kept.clear();
    calls = [];
    const late = (): HookReply => {
      now += 960;
      return broken;
    };
    replies = [late, accept];
    expect(await ask()).toEqual({ fallback: 'default', because: 'failed' });
    expect(calls).toHaveLength(1);
  });

  it.each([
    ['validation', ''],
    ['validation', 'null'],
    ['validation', '{"decision":"maybe"}'],
    ['validation', '{"decision":"reject","reason":"Bob <bob@example.com>"}'],
    ['validation', '{"decision":"accept","more":1}'],
    ['calculation', '{}'],
    ['calculation', '{"useRules":false}'],
    ['calculation', '{"rewards":[{"side":"referrer","kind":"cash","amount":-1,"currency":"USD"}]}'],
    ['calculation', '{"rewards":[{"side":"referrer","kind":"cash","amount":1.5,"currency":"USD"}]}'],
    ['calculation', '{"rewards":[{"side":"referrer","kind":"cash","amount":1,"currency":"XYZ"}]}'],
    ['calculation', '{"rewards":[{"side":"referrer","kind":"cash","amount":1,"currency":"points"}]}'],
    ['calculation', '{"rewards":[{"side":"upline","kind":"cash","amount":1,"currency":"USD"}]}'],
    [
      'calculation',
      JSON.stringify({
        rewards: Array(11).fill({ side: 'referrer', kind: 'cash', amount: 1, currency: 'USD' }),
      }),
    ],
  ] as const)('falls back on a %s that answers %s', async (kind, body) => {
    replies = [{ body }];
    expect(await ask({ fallback: 'hold' }, kind)).toEqual({ fallback: 'hold', because: 'answer_not_valid' });
  });

  it('asks again, by the same id, after it died between the call and the keeping', async () => {
    const dying = { ...ports, keepHookOutcome: () => Promise.reject(new Error('died')) };
    await expect(askHook(dying, hook, 'validation', {}, 'hook_1')).rejects.toThrow('died');
    expect(await ask()).toEqual({ answer: { decision: 'accept' } });
    expect(calls.map(({ id }) => id)).toEqual(['hook_1', 'hook_1']);
  });
});

describe('hookCallId', () => {
  it('differs by kind, program and subject', () => {
    const ids = [
      hookCallId('validation', 'a', 'b', 'c'),
      hookCallId('calculation', 'a', 'b', 'c'),
      hookCallId('validation', 'x', 'b', 'c'),
      hookCallId('validation', 'a', 'bc'),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(ids[0]).toMatch(/^hook_[0-9a-z]{26}$/);
  });
});

const programWith = (hooks: Program['hooks']): Program => ({
  programId: 'default',
  ...defaultSettings('Default', 'https://example.com/'),
  hooks,
  version: 3,
  createdAt: '2026-11-21T10:00:00.000Z',
  updatedAt: '2026-11-21T10:00:00.000Z',
});

describe('validateReferral', () => {
  const found = (action: FraudVerdict['action'], ...ruleIds: string[]) => ({
    action,
    findings: ruleIds.map((ruleId) => ({ ruleId, score: 10, reason: 'Seen', evidence: {} })),
  });
  const signUp = { referrerId: 'alice', refereeId: 'bob', code: 'k7m2qxw9', verdict: found('accept') };
  const validate = (reasons: string[], given: Partial<Hook> = {}) =>
    validateReferral(ports, programWith({ validation: { ...hook, ...given } }), {
      ...signUp,
      verdict: reasons.length === 0 ? found('accept') : found('reject', ...reasons),
    });

  it('goes by our rules where there is no hook', async () => {
    const none = programWith({});
    expect(await validateReferral(ports, none, signUp)).toEqual({ decision: 'accept', reasons: [] });
    for (const [action, decision] of [
      ['reject', 'reject'],
      ['hold', 'hold'],
      ['flag', 'accept'],
    ] as const) {
      const verdict = found(action, 'same_email');
      expect(await validateReferral(ports, none, { ...signUp, verdict })).toEqual({
        decision,
        reasons: ['same_email'],
      });
    }
    expect(calls).toEqual([]);
  });

  it('goes by the hook of the program, else of the deployment', async () => {
    replies = [{ body: '{"decision":"reject","reason":"unknown_customer"}' }];
    const result = await validateReferral({ ...ports, defaultHooks: { validation: hook } }, programWith({}), {
      ...signUp,
      clickId: 'clk_1',
    });
    expect(result).toEqual({ decision: 'reject', reasons: ['unknown_customer'] });
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({
      version: 1,
      kind: 'validation',
      id: calls[0]?.id,
      program: { programId: 'default', version: 3 },
      referrer: { userId: 'alice' },
      referee: { userId: 'bob' },
      code: 'k7m2qxw9',
      clickId: 'clk_1',
      reasons: [],
    });
  });

  it('lets a hook wave through an e-mail address, but no circle', async () => {
    expect(await validate(['same_email'])).toEqual({ decision: 'accept', reasons: [] });
    calls = [];
    for (const reason of ['self_referral', 'cycle']) {
      expect(await validate([reason, 'same_email'])).toEqual({
        decision: 'reject',
        reasons: [reason, 'same_email'],
      });
    }
    expect(calls).toEqual([]);
  });

  it.each([
    ['default', [], { decision: 'accept', reasons: [] }],
    ['default', ['same_email'], { decision: 'reject', reasons: ['same_email'] }],
    ['hold', [], { decision: 'hold', reasons: ['hook_failed'] }],
    ['reject', ['same_email'], { decision: 'reject', reasons: ['same_email', 'hook_failed'] }],
  ] as const)('falls back to %s with reasons %j', async (fallback, reasons, expected) => {
    replies = [{ because: 'timeout', again: false }];
    expect(await validate([...reasons], { fallback })).toEqual(expected);
  });

  it('says that a hook decided where the hook says no more', async () => {
    replies = [{ body: '{"decision":"hold"}' }];
    expect(await validate([])).toEqual({ decision: 'hold', reasons: ['held_by_hook'] });
  });
});

describe('calculateRewards', () => {
  const referral: Referral = {
    referralId: 'ref_1',
    programId: 'default',
    referrerId: 'alice',
    refereeId: 'bob',
    code: 'k7m2qxw9',
    upline: ['alice'],
    status: 'completed',
    programVersion: 3,
    createdAt: '2026-11-21T10:00:00.000Z',
  };
  const event = {
    programId: 'default',
    eventId: 'e1',
    type: 'order.paid',
    userId: 'bob',
    acceptedAt: '2026-11-21T11:00:00.000Z',
    amount: 1_000,
    currency: 'USD',
  };
  const proposed = [
    {
      ruleId: 'order-commission',
      beneficiaryId: 'alice',
      level: 1,
      kind: 'cash' as const,
      amount: 100,
      currency: 'USD',
    },
  ];
  let proposals: number;
  const propose = async () => {
    proposals += 1;
    return proposed;
  };
  const calculate = (given: Partial<Hook> = {}) =>
    calculateRewards(
      { ...ports, proposeRewards: propose },
      programWith({ calculation: { ...hook, ...given } }),
      referral,
      event,
    );
  beforeEach(() => {
    proposals = 0;
  });

  it('goes by the rules where there is no hook, and looks at nothing', async () => {
    const ofRules = { ...ports, proposeRewards: () => Promise.reject(new Error('not asked for')) };
    expect(await calculateRewards(ofRules, programWith({}), referral, event)).toEqual({ use: 'rules' });
    expect(calls).toEqual([]);
  });

  it('asks with the event and what the rules would pay, once', async () => {
    const rewards = [{ side: 'referee', kind: 'points', amount: 50, currency: 'points' }];
    replies = [{ body: JSON.stringify({ rewards }) }];
    expect(await calculate()).toEqual({ use: 'calculation', rewards });
    expect(await calculate()).toEqual({ use: 'calculation', rewards });
    expect([calls.length, proposals]).toEqual([1, 1]);
    expect(JSON.parse(calls[0]?.body ?? '')).toMatchObject({
      kind: 'calculation',
      event,
      referral: { referralId: 'ref_1', referrerId: 'alice' },
      proposed,
    });
  });

  it.each<[string, HookReply, Partial<Hook>, object]>([
    ['the rules', { body: '{"useRules":true}' }, {}, { use: 'rules' }],
    ['nothing', { body: '{"rewards":[]}' }, {}, { use: 'calculation', rewards: [] }],
    ['the rules, when it fails', { because: 'timeout', again: false }, {}, { use: 'rules' }],
    [
      'the rules on hold',
      { because: 'timeout', again: false },
      { fallback: 'hold' },
      { use: 'rules_on_hold' },
    ],
    [
      'nothing, when it fails',
      { because: 'timeout', again: false },
      { fallback: 'reject' },
      { use: 'calculation', rewards: [] },
    ],
  ])('comes to %s', async (_name, reply, given, expected) => {
    replies = [reply];
    expect(await calculate(given)).toEqual(expected);
  });
});

describe('notifyHook', () => {
  const notice = {
    id: 'evt_1',
    type: 'reward.created',
    programId: 'default',
    occurredAt: '2026-11-21T10:00:00.000Z',
    data: {},
  };
  const tell = (program: Program | undefined) =>
    notifyHook({ ...ports, findProgram: async () => program }, notice);

  it('tells what happened, and does not look at the answer', async () => {
    replies = [{ body: 'thanks' }];
    expect(await tell(programWith({ notification: hook }))).toEqual({ outcome: 'told' });
    const { id, ...event } = notice;
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({ version: 1, kind: 'notification', id, event });
    expect(kept.size).toBe(0);
  });

  it('asks in the form of the contract', async () => {
    await tell(programWith({ notification: hook }));
    expect(notificationRequest.safeParse(JSON.parse(calls[0]?.body ?? '')).success).toBe(true);
  });

  it('drops what nobody wants to hear', async () => {
    expect(await tell(programWith({}))).toEqual({ outcome: 'dropped', because: 'no_hook' });
    expect(await tell(undefined)).toEqual({ outcome: 'dropped', because: 'unknown_program' });
    expect(calls).toEqual([]);
    replies = [{ because: 'gone', again: false }];
    expect(await tell(programWith({ notification: hook }))).toEqual({ outcome: 'dropped', because: 'gone' });
  });

  it.each(['refused', 'timeout', 'redirected', 'not_granted', 'address_not_allowed'] as const)(
    'fails when it was %s, after a second try',
    async (because) => {
      replies = [
        { because: 'failed', again: true },
        { because, again: false },
      ];
      expect(await tell(programWith({ notification: hook }))).toEqual({ outcome: 'failed', because });
    },
  );

  it('has told who answers at length', async () => {
    replies = [{ because: 'answer_too_large', again: false }];
    expect(await tell(programWith({ notification: hook }))).toEqual({ outcome: 'told' });
  });
});
