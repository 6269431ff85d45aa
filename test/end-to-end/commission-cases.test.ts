import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CommissionCase,
  eventsOf,
  type FullEvent,
  peopleOf,
  readCases,
  referralsOf,
  type Sum,
  settingsOf,
  signedUpAt,
} from '../cases/commission-case.ts';
import type { Balance, EventReport, Reward } from './support/documents.ts';
import { startStack, type TestStack } from './support/start-stack.ts';
import { listAll } from './support/story.ts';
import { waitUntil } from './support/wait-until.ts';

/** One case, in a program of its own. */
interface Played {
  readonly programId: string;
  readonly one: CommissionCase;
}

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.end());

const ofParticipant = ({ programId }: Played, userId: string, more = ''): string =>
  `/v1/programs/${programId}/participants/${userId}${more}`;

async function send(method: string, path: string, body?: unknown): Promise<void> {
  const answer = await stack.call(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
}

/** Codes are unique in the deployment, so those of a case get the program's name. */
const codeIn = ({ programId }: Played, code: string): string => `${code}-${programId}`;

async function prepare(played: Played): Promise<void> {
  const { programId, one } = played;
  const { rates = [], ...settings } = settingsOf(one) as { rates?: { code?: string }[] };
  const renamed = rates.map((rate) =>
    rate.code === undefined ? rate : { ...rate, code: codeIn(played, rate.code) },
  );
  await send('POST', '/v1/programs', { programId, ...settings, rates: renamed });
  for (const [referrerId, newUserId, code] of referralsOf(one)) {
    if (code === undefined) await assign(played, referrerId, newUserId);
    else await signUpBy(played, referrerId, newUserId, codeIn(played, code));
  }
  for (const [userId, terms] of Object.entries(one.participants ?? {})) {
    const { rate, triggerLimit, fields, inactive } = terms;
    const policy = {
      ...(rate !== undefined && { commissionRate: rate }),
      ...(triggerLimit !== undefined && { triggerLimit }),
    };
    if (Object.keys(policy).length > 0) await send('PUT', ofParticipant(played, userId, '/policy'), policy);
    if (fields) await send('PATCH', ofParticipant(played, userId), { fields });
    if (inactive) await send('DELETE', ofParticipant(played, userId));
  }
}

async function assign(played: Played, referrerId: string, newUserId: string): Promise<void> {
  const { programId, one } = played;
  await send('PUT', ofParticipant(played, referrerId), {});
  const reason = 'a case of commissions';
  const createdAt = signedUpAt(one);
  await send('POST', '/v1/referrals/assign', { referrerId, newUserId, programId, createdAt, reason });
}

async function signUpBy(played: Played, referrerId: string, newUserId: string, code: string): Promise<void> {
  const { programId } = played;
  await send('POST', '/generate-link', { userId: referrerId, code, programId });
  await send('POST', '/verify-referral', { referralCode: code, newUserId, programId });
}

/** What comes first is worked on first only if the next one is not sent before. */
async function report(played: Played): Promise<void> {
  const { programId, one } = played;
  const events = eventsOf(one).map((event) => ({ ...event, programId }));
  const isInTurn = one.firstCome === true || one.explains !== undefined;
  for (const some of isInTurn ? events.map((event) => [event]) : [events]) {
    await send('POST', '/v1/events', { events: some });
    for (const event of some) await expectReasons(played, event);
  }
}

async function expectReasons({ programId, one }: Played, { id }: FullEvent): Promise<void> {
  const report = await waitUntil(
    `${programId}: event ${id} is processed`,
    async () => {
      const { event } = await stack.get<{ event: EventReport }>(`/v1/events/${programId}/${id}`);
      return event.status === 'processed' && event;
    },
    60_000,
  );
  const wanted = one.explains?.[id];
  if (wanted) expect({ [id]: report.explanation.map((line) => line.reason) }).toEqual({ [id]: wanted });
}

/** What somebody ends with, in the words of the cases. */
async function sumsOf(played: Played, userId: string): Promise<Readonly<Record<string, Sum>>> {
  if ((await stack.call('GET', ofParticipant(played, userId))).status === 404) return {};
  const { balances } = await stack.get<{ balances: (Balance & { kind: string })[] }>(
    ofParticipant(played, userId, '/balances'),
  );
  const sums: Record<string, Sum> = {};
  for (const { kind, currency, pending, available } of balances) {
    const unit = kind === 'credit' ? `${currency} credit` : currency;
    if (pending === 0 && available === 0) continue;
    const isSplit = typeof played.one.expect[userId]?.[unit] === 'object';
    sums[unit] = isSplit ? { pending, available } : pending + available;
  }
  const rewards = await listAll<Reward>(stack, ofParticipant(played, userId, '/rewards'), 'rewards');
  for (const { kind, name, status } of rewards) {
    if (!['badge', 'perk'].includes(kind) || status === 'reversed') continue;
    const unit = `${kind} ${name}`;
    sums[unit] = ((sums[unit] as number | undefined) ?? 0) + 1;
  }
  return sums;
}

describe.each(readCases())('%s', (topic, cases) => {
  it.concurrent.each(cases.map((one, index) => [one.name, one, index] as const))(
    '%s',
    async (_, one, index) => {
      const played = { programId: `${topic}-${index + 1}`, one };
      await prepare(played);
      await report(played);
      const sums: Record<string, object> = {};
      for (const userId of peopleOf(one)) sums[userId] = await sumsOf(played, userId);
      const wanted = Object.fromEntries(
        peopleOf(one).map((userId) => {
          const given = Object.entries(one.expect[userId] ?? {});
          return [userId, Object.fromEntries(given.filter(([, sum]) => sum !== 0))];
        }),
      );
      expect(sums).toEqual(wanted);
    },
    120_000,
  );
});
