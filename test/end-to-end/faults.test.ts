import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault, FaultableCall, FaultInjector } from '../../local/gate/inject-fault.ts';
import type { Answer } from './support/api-client.ts';
import { changeAssembly } from './support/change-assembly.ts';
import type { EventReport, LedgerEntry, Payout, Referral, Stats } from './support/documents.ts';
import { startStack, type TestStack } from './support/start-stack.ts';
import { balancesOf, inProgram, listAll, makeLink, paidOrder, sumLedger, visit } from './support/story.ts';
import { waitUntil } from './support/wait-until.ts';

const referrers = ['ann', 'ben', 'cem'];
const refereesEach = 5;
const ordersEach = 4;
const visitsEach = 25;
const amount = 1_000;
const earnedEach = (refereesEach * 3 * amount) / 10;

let stack: TestStack;
let assembly: string;
const faults = createFaults(0.15);

beforeAll(async () => {
  // A message that failed shows up again within seconds, not after minutes.
  assembly = changeAssembly((template) => template.setProperty('AWS::SQS::Queue', 'VisibilityTimeout', 5));
  stack = await startStack({ cdkOutDir: assembly, faults: faults.inject });
});
afterAll(async () => {
  await stack?.end();
  rmSync(assembly, { recursive: true, force: true });
});

interface Faults {
  readonly inject: FaultInjector;
  readonly counts: Map<string, number>;
  isOn: boolean;
}

/**
 * Troubles a share of the functions' calls. No request is troubled more than twice, whoever repeats it, so that an
 * SDK's own repeats always get there; conflicts are for the functions themselves to repeat.
 */
function createFaults(share: number): Faults {
  const random = seededRandom(20_261_121);
  const troubled = new Map<string, number>();
  const result: Faults = { isOn: false, counts: new Map(), inject };
  function inject(call: FaultableCall): Fault | undefined {
    if (!result.isOn || call.principal === undefined || random() > share) return undefined;
    if (call.service !== 'dynamodb' && call.service !== 'sqs') return undefined;
    const request = `${call.principal.functionName} ${call.action} ${JSON.stringify(call.body)}`;
    const times = troubled.get(request) ?? 0;
    if (times === 2) return undefined;
    troubled.set(request, times + 1);
    const kind = pick(call, random());
    result.counts.set(kind, (result.counts.get(kind) ?? 0) + 1);
    if (kind === 'conflict') return { conflict: true };
    if (kind === 'throttle') return { throttle: true };
    return kind === 'delay' ? { delayMs: 30 } : { dropAnswer: true };
  }
  return result;
}

function pick({ operation }: FaultableCall, chance: number): 'conflict' | 'throttle' | 'delay' | 'drop' {
  if (operation === 'TransactWriteItems' && chance < 0.4) return 'conflict';
  if (chance < 0.6) return 'throttle';
  return chance < 0.7 ? 'delay' : 'drop';
}

/** Mulberry32. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Calls as a customer's server does that repeats what failed. */
async function insist<Body>(method: string, path: string, body: unknown): Promise<Answer<Body>> {
  for (let attempt = 0; ; attempt++) {
    const answer = await stack.call<Body>(method, path, body);
    if (answer.status < 500 || attempt === 20) return answer;
  }
}

async function signUpUnderFaults(code: string, referrerId: string, newUserId: string): Promise<void> {
  const answer = await insist<{ referral: Referral }>('POST', '/verify-referral', {
    referralCode: code,
    newUserId,
  });
  // A repeat of what had been done meets its own referral.
  expect([200, 409]).toContain(answer.status);
  expect(answer.body.referral).toMatchObject({ referrerId, refereeId: newUserId });
}

const nameOf = (referrer: string, n: number): string => `${referrer}-friend-${n}`;
const addressOf = (referrer: string, n: number): string => `198.51.${referrers.indexOf(referrer)}.${n + 1}`;

/** One referrer's visitors, sign-ups and orders, all at once with the others'. */
async function burst(referrer: string, code: string): Promise<number> {
  const visits = Array.from({ length: visitsEach }, async (_, n) => {
    const landing = await visit(stack, code, { 'x-forwarded-for': addressOf(referrer, n) });
    expect(landing.status).toBe(302);
    return landing.clickId;
  });
  const friends = Array.from({ length: refereesEach }, async (_, n) => {
    const name = nameOf(referrer, n);
    await signUpUnderFaults(code, referrer, name);
    const orders = Array.from({ length: ordersEach }, (__, order) =>
      paidOrder(name, `${name}.${order}`, amount),
    );
    for (const order of [...orders, ...orders.slice(0, 1)]) {
      expect((await insist('POST', '/v1/events', order)).status).toBe(202);
    }
  });
  await Promise.all(friends);
  const clickIds = await Promise.all(visits);
  return clickIds.filter((clickId) => clickId !== null).length;
}

describe('a burst while the services throttle, conflict and hang up', () => {
  const codes = new Map<string, string>();
  const answered = new Map<string, number>();

  it('is taken in', async () => {
    for (const referrer of referrers) codes.set(referrer, (await makeLink(stack, referrer)).code);
    faults.isOn = true;
    await Promise.all(
      [...codes].map(async ([referrer, code]) => {
        answered.set(referrer, await burst(referrer, code));
      }),
    );
    for (const kind of ['conflict', 'throttle', 'delay', 'drop']) {
      expect([kind, (faults.counts.get(kind) ?? 0) > 0]).toEqual([kind, true]);
    }
    expect([...answered.values()]).toEqual(referrers.map(() => visitsEach));
  });

  it('is processed to the last event', async () => {
    const names = referrers.flatMap((referrer) =>
      Array.from({ length: refereesEach }, (_, n) => nameOf(referrer, n)),
    );
    await Promise.all(
      names.map(async (name) => {
        for (let order = 0; order < ordersEach; order++) {
          await waitUntil(
            `event ${name}.${order} is processed`,
            async () => {
              const path = `/v1/events/default/${name}.${order}`;
              const answer = await insist<{ event: EventReport }>('GET', path, undefined);
              return answer.body.event.status === 'processed';
            },
            45_000,
          );
        }
      }),
    );
  });

  it('pays out the whole balance, once', async () => {
    const payouts = referrers.map(async (userId) => {
      const ask = { userId, amount: earnedEach, currency: 'USD' };
      // A payout is not repeated blindly: what an answer said is looked up.
      const answer = await stack.call<{ payout: Payout }>('POST', '/v1/payouts', ask);
      return answer.status;
    });
    for (const status of await Promise.all(payouts)) expect([201, 500, 503]).toContain(status);
  });

  it('adds up exactly in the end', async () => {
    faults.isOn = false;
    for (const referrer of referrers) {
      const stats = await waitUntil('all clicks are counted', async () => {
        const found = await stack.get<Stats>(`/referral-stats/${referrer}`);
        return found.clicks >= visitsEach && found;
      });
      expect(stats).toMatchObject({
        clicks: visitsEach,
        uniqueClicks: visitsEach,
        botClicks: 0,
        referrals: { completed: refereesEach, rejected: 0 },
        rewards: { count: refereesEach * 3, milestones: 1 },
      });
      const [balance] = await balancesOf(stack, referrer);
      expect(balance!.available + balance!.inPayout).toBe(earnedEach);
      expect(await sumLedger(stack, referrer)).toEqual([balance]);
      const entries = await listAll<LedgerEntry>(stack, `${inProgram(referrer)}/ledger`, 'entries');
      // An order that was worked on before those of an earlier time has lost its place again: it sums up to nothing.
      const byOrder = new Map<string, number>();
      for (const { cause, changes } of entries.filter(({ cause }) => cause.rewardId !== undefined)) {
        const rewardId = String(cause.rewardId);
        byOrder.set(rewardId, (byOrder.get(rewardId) ?? 0) + changes.available);
      }
      const standing = [...byOrder.values()].filter((amount) => amount !== 0);
      expect(standing).toEqual(Array(refereesEach * 3).fill(earnedEach / (refereesEach * 3)));
      const link = await stack.get<{ clicks: object }>(`/v1/links/${codes.get(referrer)}`);
      expect(link.clicks).toMatchObject({ clicks: visitsEach, uniqueClicks: visitsEach });
    }
    const payouts = await listAll<Payout>(stack, '/v1/payouts', 'payouts');
    const taken = await Promise.all(
      referrers.map(async (name) => (await balancesOf(stack, name))[0]!.inPayout),
    );
    expect(payouts.reduce((sum, payout) => sum + payout.amount, 0)).toBe(taken.reduce((a, b) => a + b));
  });
});
