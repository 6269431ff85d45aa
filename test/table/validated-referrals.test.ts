import { describe, expect, it } from 'vitest';
import type { HookFailure } from '../../shared/domain/hooks/hook.ts';
import type { Hook } from '../../shared/domain/programs/program.ts';
import { readHookAnswer } from '../../shared/runtime/hooks/read-hook-answer.ts';
import { hookItems } from '../../shared/table/hook-items.ts';
import type { HookCall, HookReply } from '../../shared/usecases/hooks/ask-hook.ts';
import type { ValidateReferralPorts } from '../../shared/usecases/hooks/validate-referral.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { createReferral, type SignUp } from '../../shared/usecases/referrals/create-referral.ts';
import type { AllPorts } from '../support/ports.ts';
import { codeOf, linkOf, overviewOf, taken, useTable } from './use-table.ts';

const world = useTable();
const hook: Hook = { url: 'https://hooks.example.com/', timeoutMs: 1_000, fallback: 'default' };
const says = (answer: object): HookReply => ({ body: JSON.stringify(answer) });

/** The ports of a function whose programs' own validation answers so, call by call. */
function asking(...replies: (HookReply | (() => Promise<HookReply>))[]): {
  readonly calls: HookCall[];
  readonly ports: AllPorts & { readonly hooks: ValidateReferralPorts };
} {
  const calls: HookCall[] = [];
  const callHook = async (_hook: Hook, call: HookCall): Promise<HookReply> => {
    calls.push(call);
    const reply = replies[calls.length - 1] ?? { because: 'unreachable' as HookFailure, again: false };
    return typeof reply === 'function' ? reply() : reply;
  };
  const hooks = {
    now: world.ports.now,
    readHookAnswer,
    defaultHooks: { validation: hook },
    callHook,
    ...hookItems(world.table),
  };
  return { calls, ports: { ...world.ports, hooks } };
}

async function signUp(ports: ReturnType<typeof asking>['ports'], input: Partial<SignUp> = {}) {
  const link = await linkOf(world.ports, 'alice');
  return createReferral(ports, { newUserId: 'bob', referralCode: link.code, ...input });
}

const progressOfAlice = async () => (await overviewOf(world.ports, 'alice')).progress;

describe('a sign-up of a program with a validation of its own', () => {
  it('counts where that accepts it, whatever our rules found', async () => {
    taken(await putParticipant(world.ports, 'default', 'alice', { email: 'a@example.com' }));
    const { calls, ports } = asking(says({ decision: 'accept' }));
    const referral = taken(await signUp(ports, { email: 'A@example.com' }));
    expect(referral).toMatchObject({ status: 'completed' });
    expect(referral).not.toHaveProperty('reasons');
    expect(JSON.parse(calls[0]?.body ?? '')).toMatchObject({ reasons: ['same_email'] });
    expect(calls[0]?.body).not.toContain('example.com');
  });

  it('is rejected where that says so, with its word', async () => {
    const { ports } = asking(says({ decision: 'reject', reason: 'unknown_customer' }));
    const referral = taken(await signUp(ports));
    expect(referral).toMatchObject({ status: 'rejected', reasons: ['unknown_customer'] });
    expect(await progressOfAlice()).toMatchObject({ completed: 0, rejected: 1, inReview: 0 });
  });

  it('is in review where that says so, and keeps its place in the chain', async () => {
    const { ports } = asking(says({ decision: 'hold' }));
    const referral = taken(await signUp(ports));
    expect(referral).toMatchObject({ status: 'in_review', reasons: ['held_by_hook'], upline: ['alice'] });
    expect(referral).not.toHaveProperty('completedAt');
    expect(await progressOfAlice()).toMatchObject({ completed: 0, rejected: 0, inReview: 1 });
    const circle = createReferral(ports, {
      newUserId: 'alice',
      referralCode: (await linkOf(world.ports, 'bob')).code,
    });
    expect(taken(await circle)).toMatchObject({ status: 'rejected', reasons: ['cycle'] });
  });

  it('goes by the rules where that fails', async () => {
    const { ports } = asking({ because: 'timeout', again: false });
    expect(taken(await signUp(ports))).toMatchObject({ status: 'completed' });
  });

  it('is asked about once, however often the write has to be tried again', async () => {
    const { calls, ports } = asking(says({ decision: 'hold' }), says({ decision: 'accept' }));
    let refusals = 2;
    const contended: typeof ports = {
      ...ports,
      storeReferral: async (input) =>
        refusals-- > 0 ? 'changed_meanwhile' : world.ports.storeReferral(input),
    };
    expect(taken(await signUp(contended))).toMatchObject({ status: 'in_review' });
    expect(calls).toHaveLength(1);
  });

  it('gets the first answer when its function died before it was stored', async () => {
    const { calls, ports } = asking(says({ decision: 'reject' }), says({ decision: 'accept' }));
    const dying: typeof ports = { ...ports, storeReferral: () => Promise.reject(new Error('died')) };
    const { code: referralCode } = await linkOf(world.ports, 'alice');
    await expect(signUp(dying, { referralCode })).rejects.toThrow('died');
    expect(taken(await signUp(ports, { referralCode }))).toMatchObject({
      status: 'rejected',
      reasons: ['rejected_by_hook'],
    });
    expect(calls).toHaveLength(1);
  });

  it('is one and the same when it comes twice at once, though the hook says two things', async () => {
    let meet: (value?: unknown) => void = () => undefined;
    const both = new Promise((resolve) => {
      meet = resolve;
    });
    const answerTogether = (decision: string) => async () => {
      if (calls.length === 2) meet();
      await both;
      return says({ decision });
    };
    const { calls, ports } = asking(answerTogether('accept'), answerTogether('reject'));
    const { code } = await linkOf(world.ports, 'alice');
    const outcomes = await Promise.all(
      [1, 2].map(() => createReferral(ports, { newUserId: 'bob', referralCode: code })),
    );
    expect(calls).toHaveLength(2);
    expect(outcomes.map(codeOf).filter((outcome) => outcome === 'referral_exists')).toHaveLength(1);
    const [{ id } = { id: '' }] = calls;
    const kept = await hookItems(world.table).findHookOutcome(id);
    const stored = await world.ports.findReferralOf('default', 'bob');
    const decision = kept && 'answer' in kept.outcome ? kept.outcome.answer : undefined;
    expect([
      [{ decision: 'accept' }, 'completed'],
      [{ decision: 'reject' }, 'rejected'],
    ]).toContainEqual([decision, stored?.status]);
  });

  it('is not asked about where the user has a referral', async () => {
    const { calls, ports } = asking(says({ decision: 'reject' }));
    await signUp(ports);
    expect(codeOf(await signUp(ports))).toBe('referral_exists');
    expect(calls).toHaveLength(1);
  });
});

describe('a sign-up of a program without one', () => {
  it('is asked about nobody, and costs nothing more', async () => {
    const { calls, ports } = asking(says({ decision: 'reject' }));
    const none = { ...ports, hooks: { ...ports.hooks, defaultHooks: {} } };
    expect(taken(await signUp(none))).toMatchObject({ status: 'completed' });
    expect(calls).toEqual([]);
  });
});
