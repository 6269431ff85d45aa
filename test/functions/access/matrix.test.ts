import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessTo, type Guard, isPublic, type OperationId } from '../../../shared/contract/access.ts';
import type { ProblemCode } from '../../../shared/contract/problems.ts';
import { type Route, routeKey } from '../../../shared/contract/route.ts';
import { routes } from '../../../shared/contract/routes.ts';
import type { CallerContext } from '../../../shared/http/caller.ts';
import { partitions } from '../../../shared/table/layout.ts';
import { authorize } from '../authorize.ts';
import { type Backend, call, startBackend } from '../backend.ts';
import { type Asked, type Furnished, friend, furnish, orderId } from './furnish.ts';

/**
 * Every route against every kind of caller, by the real functions behind the real authorizer. Each request is a right
 * one, about alice of the program `default`; who makes it is what differs.
 */

const guarded = routes.filter((route) => !isPublic(route));

/** What a caller must meet: a refusal by this problem, or no refusal that has to do with who they are. */
type Verdict = ProblemCode | 'allowed';

/** Where the operation itself keeps to the reach of the caller: what a key of another program meets. */
const withinOutcomes: Partial<Record<OperationId, Verdict>> = {
  listPrograms: 'allowed',
  trackClick: 'code_not_found',
  recordClicks: 'code_not_found',
  verifyReferral: 'program_not_found',
  processReferral: 'program_not_found',
  createReferral: 'program_not_found',
  createApiKey: 'insufficient_scope',
  listApiKeys: 'allowed',
  getApiKey: 'api_key_not_found',
  rotateApiKey: 'api_key_not_found',
  revokeApiKey: 'api_key_not_found',
};

function ofOtherProgram(operationId: OperationId, { subject }: Guard): Verdict | undefined {
  if (subject === 'deployment') return 'insufficient_scope';
  if (subject === 'within') return withinOutcomes[operationId];
  return 'owner' in subject ? subject.owner : 'program_not_found';
}

const ofOtherUser = ({ subject }: Guard): Verdict =>
  typeof subject === 'object' && 'owner' in subject ? subject.owner : 'participant_not_found';

/** Every kind of caller, with what they must meet on a route. */
const callers: Readonly<Record<string, (operationId: OperationId, guard: Guard) => Verdict | undefined>> = {
  'no key': () => 'missing_key',
  garbage: () => 'invalid_key',
  'a key with a wrong secret': () => 'invalid_key',
  'an expired key': () => 'expired_key',
  'a revoked key': () => 'revoked_key',
  'a forged token': () => 'invalid_token',
  'a key of every other scope': () => 'insufficient_scope',
  'a key of another program': ofOtherProgram,
  'a participant of another program': (_, guard) =>
    guard.participant === undefined
      ? 'insufficient_scope'
      : typeof guard.subject === 'object' && 'owner' in guard.subject
        ? guard.subject.owner
        : 'program_not_found',
  'another participant': (_, guard) =>
    guard.participant === undefined ? 'insufficient_scope' : ofOtherUser(guard),
  'the participant': (_, guard) => (guard.participant === undefined ? 'insufficient_scope' : 'allowed'),
  'a key of this scope and program': (_, { subject }) =>
    subject === 'deployment' ? 'insufficient_scope' : 'allowed',
  'a key of this scope': () => 'allowed',
  'the first key': () => 'allowed',
};

interface Case {
  readonly route: Route;
  readonly guard: Guard;
  readonly caller: string;
  readonly verdict: Verdict | undefined;
}

const cases: readonly Case[] = guarded.flatMap((route) => {
  const guard = accessTo(route) as Guard;
  return Object.entries(callers).map(([caller, judge]) => ({
    route,
    guard,
    caller,
    verdict: judge(route.operationId, guard),
  }));
});
const refused = cases.filter(({ verdict }) => verdict !== 'allowed');
const allowed = cases.filter(({ verdict }) => verdict === 'allowed');

let backend: Backend;
let world: Furnished;
beforeAll(async () => {
  backend = await startBackend();
  world = await furnish(backend);
});
afterAll(() => backend.stop());

let addresses = 0;

async function ask({ operationId, area, ...route }: Route, asked: Asked, caller: CallerContext) {
  const { handler } = await import(`../../../functions/api/${area}/handler.ts`);
  addresses += 1;
  return call(handler as Parameters<typeof call>[0], {
    routeKey: routeKey(route),
    ...asked,
    caller,
    ip: `198.51.${addresses >> 8}.${addresses & 255}`,
  });
}

async function outcomeOf({ route, guard, caller }: Case) {
  const header = await world.credentialOf(caller, guard.scope);
  return ask(route, world.requestOf(route), await authorize(header));
}

/** All that is stored, but for when keys were used, what is left of limits, and requests under idempotency keys. */
async function stored(): Promise<object> {
  const { Items = [] } = await backend.table.documents.send(
    new ScanCommand({ TableName: backend.table.name, ConsistentRead: true }),
  );
  const aside = [partitions.apiKeyUse, partitions.rate, partitions.request];
  const kept = Items.filter(({ pk }) => !aside.some((first) => String(pk).startsWith(first)));
  return Object.fromEntries(kept.map((item) => [`${item['pk']} ${item['sk']}`, item]));
}

describe(`the access matrix: ${guarded.length} routes × ${Object.keys(callers).length} callers, ${cases.length} cases`, () => {
  it('has a verdict for every route', () => {
    const open = cases.filter(({ verdict }) => verdict === undefined);
    expect(open.map(({ route }) => route.operationId)).toEqual([]);
  });

  describe(`${refused.length} refusals`, () => {
    let before: object;
    beforeAll(async () => {
      for (const { caller, guard } of cases) await world.credentialOf(caller, guard.scope);
      before = await stored();
    });

    it.each(refused.map((one) => [routeKey(one.route), one.caller, one.verdict, one] as const))(
      '%s by %s: %s',
      async (_, _caller, verdict, one) => {
        const { body } = await outcomeOf(one);
        expect(body.code).toBe(verdict);
      },
    );

    it('leave nothing behind', async () => {
      expect(await stored()).toEqual(before);
    });
  });

  describe(`${allowed.length} calls that are let pass`, () => {
    it.each(allowed.map((one) => [routeKey(one.route), one.caller, one] as const))(
      '%s by %s',
      async (_, caller, one) => {
        const { status, body } = await outcomeOf(one);
        const { subject } = one.guard;
        const hidden =
          typeof subject === 'object' && 'owner' in subject ? subject.owner : 'program_not_found';
        expect(status).not.toBe(401);
        expect([hidden, 'participant_not_found', 'insufficient_scope']).not.toContain(body.code);
        if (subject !== 'deployment')
          expect(body.code ?? '').not.toMatch(/^invalid_|^internal_|^unavailable/);
        const text = JSON.stringify(body);
        if (caller === 'the participant') {
          for (const secret of [friend, orderId, 'commissionRate']) expect(text).not.toContain(secret);
        }
        if (caller === 'a key of another program') expect(text).not.toContain('default');
      },
    );
  });
});
