import type { OperationId, Scope } from '../../../shared/contract/access.ts';
import { scopes } from '../../../shared/contract/access.ts';
import { examples } from '../../../shared/contract/examples/examples.ts';
import { type Route, routeKey } from '../../../shared/contract/route.ts';
import { routes } from '../../../shared/contract/routes.ts';
import { milestoneRewardId, participantKey } from '../../../shared/domain/ids.ts';
import { system } from '../../../shared/runtime/system.ts';
import { signingSecret } from '../../../shared/runtime/tokens/signing-secret.ts';
import { apiKeyItems } from '../../../shared/table/api-key-items.ts';
import { describeApiKey, drawApiKey } from '../../../shared/usecases/access/api-key.ts';
import { makeSigningKey } from '../../../shared/usecases/access/make-signing-key.ts';
import { processEvents } from '../../../shared/usecases/events/process-events.ts';
import { earn } from '../../support/payouts.ts';
import { type Backend, call } from '../backend.ts';

/** What is asked of a route. */
export interface Asked {
  readonly pathParameters?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: object;
}

/** A backend with something of everything, and with every kind of caller. */
export interface Furnished {
  /** A right request of a route about alice of the program `default`, and what is hers. */
  requestOf(route: Route): Asked;
  /** The header that a kind of caller sends. */
  credentialOf(caller: string, scope: Scope): Promise<string>;
}

const programId = 'default';
/** Whom alice brought: neither they nor what they ordered are hers to see. */
export const friend = 'friend@friends.example';
export const orderId = 'order-of-a-friend';
const alice = { programId, userId: 'alice' };

/** Calls a route as the first key does. */
async function done(operationId: OperationId, asked: Asked) {
  const route = routes.find((one) => one.operationId === operationId);
  if (route === undefined) throw new Error(`No route ${operationId}`);
  const { handler } = await import(`../../../functions/api/${route.area}/handler.ts`);
  const answer = await call(handler as Parameters<typeof call>[0], { routeKey: routeKey(route), ...asked });
  if (answer.status !== route.success.status) {
    throw new Error(`${operationId}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  return answer.body;
}

export async function furnish(backend: Backend): Promise<Furnished> {
  await makeSigningKey({ ...system, ...signingSecret('arn:signing') });
  const keys = keyMaker(backend);
  const ids = await makeThings(backend);
  const target = { name: 'a key', scopes: ['api-keys:write'], programs: [programId] };
  const keyId = (await keys.make(target)).split('_')[1] ?? '';
  return {
    requestOf: (route) => requestAbout({ ...ids, keyId, kind: 'reward_earned', language: 'en' }, route),
    credentialOf: credentials(keys),
  };
}

function keyMaker(backend: Backend) {
  const { storeApiKey } = apiKeyItems(backend.table);
  const kept = new Map<string, Promise<string>>();
  const make = async (powers: Parameters<typeof describeApiKey>[3] & { revokedAt?: string }) => {
    const key = drawApiKey(system);
    const { revokedAt, ...rest } = powers;
    const apiKey = describeApiKey(backend.ports, key, 'a key', rest);
    await storeApiKey({ ...apiKey, ...(revokedAt !== undefined && { revokedAt }) });
    return key;
  };
  return {
    make,
    /** The same key each time for the same powers. */
    of(powers: Parameters<typeof make>[0]): Promise<string> {
      const name = JSON.stringify(powers);
      const key = kept.get(name) ?? make(powers);
      kept.set(name, key);
      return key;
    },
  };
}

function credentials(keys: ReturnType<typeof keyMaker>): Furnished['credentialOf'] {
  const past = '2026-01-01T00:00:00.000Z';
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (userId: string, program = programId): Promise<string> => {
    const name = `${program} ${userId}`;
    const token =
      tokens.get(name) ??
      done('createToken', { body: { userId, programId: program } }).then((answer) => answer.token as string);
    tokens.set(name, token);
    return token;
  };
  const by: Readonly<Record<string, (scope: Scope) => Promise<string> | string>> = {
    'no key': () => '',
    garbage: () => 'garbage',
    'a key with a wrong secret': async () =>
      `${(await keys.of({ scopes: ['*'] })).slice(0, 14)}${'a'.repeat(43)}`,
    'an expired key': () => keys.of({ scopes: ['*'], expiresAt: past }),
    'a revoked key': () => keys.of({ scopes: ['*'], revokedAt: past }),
    'a forged token': async () => `${(await tokenOf('alice')).slice(0, -10)}${'A'.repeat(10)}`,
    'a key of every other scope': (scope) =>
      keys.of({ scopes: scopes.filter((other) => other !== scope && other !== '*') }),
    'a key of another program': () => keys.of({ scopes: ['*'], programs: ['spring'] }),
    'a participant of another program': () => tokenOf('alice', 'spring'),
    'another participant': () => tokenOf('carol'),
    'the participant': () => tokenOf('alice'),
    'a key of this scope and program': (scope) => keys.of({ scopes: [scope], programs: [programId] }),
    'a key of this scope': (scope) => keys.of({ scopes: [scope] }),
    'the first key': () => keys.of({ scopes: ['*'] }),
  };
  return async (caller, scope) => {
    const credential = await by[caller]?.(scope);
    if (credential === undefined) throw new Error(`furnish.ts has no credential for ${caller}`);
    return credential === '' ? '' : `Bearer ${credential}`;
  };
}

type Made = 'code' | 'clickId' | 'referralId' | 'rewardId' | 'payoutId' | 'batchId' | 'reviewId';
type Ids = Readonly<Record<Made, string> & Record<string, string>>;

/** One of each thing that a route names by an id, all of them alice's. */
async function makeThings({ table, ports }: Backend): Promise<Record<Made, string>> {
  const destination = 'https://example.com/';
  await done('createProgram', { body: { programId: 'spring', name: 'Spring', destination } });
  const badge = { grant: 'claim', onReversal: 'keep', kind: 'badge' };
  const milestones = [
    { ...badge, milestoneId: 'one', name: 'One', threshold: { metric: 'completedReferrals', value: 1 } },
  ];
  const fraud = { rules: { same_device: { action: 'hold' } } };
  await done('updateProgram', { pathParameters: { programId }, body: { milestones, fraud } });
  for (const userId of ['alice', 'carol']) {
    await done('putParticipant', {
      pathParameters: { programId, userId },
      body: { deviceId: `${userId}'s` },
    });
    await earn(table, { ...ports } as never, userId, { available: 10_000 }, 'USD');
  }
  await done('putParticipant', { pathParameters: { programId: 'spring', userId: 'alice' } });
  await done('putPolicy', { pathParameters: alice, body: { commissionRate: '12.5' } });
  const { code } = await done('generateLink', { body: { userId: 'alice' } });
  const { clickId } = await done('trackClick', { body: { referralCode: code } });
  const { referral } = await done('verifyReferral', { body: { clickId, newUserId: friend } });
  const held = { referralCode: code, newUserId: 'held', deviceId: "alice's" };
  const { reviewId } = (await done('verifyReferral', { body: held })).referral;
  const order = { type: 'order.paid', userId: friend, id: 'e1', orderId, amount: 5_000, currency: 'USD' };
  await done('recordEvents', { body: order });
  await processEvents(ports, programId, friend, ['e1']);
  await done('loadCoupons', { pathParameters: { programId, pool: 'welcome' }, body: { codes: ['W1'] } });
  const { payoutId } = (
    await done('createPayout', { body: { userId: 'alice', amount: 100, currency: 'USD' } })
  ).payout;
  const { batchId } = (await done('createPayoutBatch', { body: { currency: 'USD', userIds: ['carol'] } }))
    .batch;
  const rewardId = milestoneRewardId(participantKey(programId, 'alice'), 'one');
  return { code, clickId, referralId: referral.referralId, rewardId, payoutId, batchId, reviewId };
}

/** What requests say beside the ids of their paths, where the contract's example is not about alice. */
function wordsAbout({
  code,
  rewardId,
  payoutId,
}: Ids): Partial<Record<OperationId, Omit<Asked, 'pathParameters'>>> {
  const event = { type: 'order.paid', userId: 'dora', id: 'e2', amount: 1, currency: 'USD' };
  const signUp = { body: { referralCode: code, newUserId: 'eve' } };
  const click = { body: { referralCode: code } };
  return {
    generateLink: { body: { userId: 'alice' } },
    createLink: { body: {} },
    updateLink: { body: { clickCap: 99 } },
    trackClick: click,
    recordClicks: click,
    verifyReferral: signUp,
    processReferral: signUp,
    createReferral: signUp,
    assignReferral: { body: { referrerId: 'alice', newUserId: 'zoe', reason: 'By phone' } },
    claimRewardOfUser: { body: { userId: 'alice', rewardId } },
    putPolicy: { body: { commissionRate: '13' } },
    updateProgram: { body: { linkLimit: 99 } },
    timeseries: { query: { userId: 'alice' } },
    recordEvents: { body: { events: [event] } },
    previewRewards: { body: event },
    listPayouts: { query: { programId: 'default', userId: 'alice' } },
    createPayout: { body: { userId: 'alice', amount: 100, currency: 'USD' } },
    createPayoutBatch: { body: { currency: 'USD', userIds: ['alice'] } },
    recordBatchResults: { body: { results: [{ payoutId, status: 'paid' }] } },
    createApiKey: { body: { name: 'n', scopes: ['api-keys:write'], programs: [programId] } },
    createToken: { body: { userId: 'alice' } },
  };
}

/** A right request of a route about alice of the program `default`, and what is hers. */
function requestAbout(ids: Ids, route: Route): Asked {
  const names = [...route.path.matchAll(/{(\w+)}/g)].map((match) => match[1] ?? '');
  const known: Readonly<Record<string, string>> = { ...alice, eventId: 'e1', pool: 'welcome', ...ids };
  const pathParameters = Object.fromEntries(names.map((name) => [name, known[name] ?? 'unknown']));
  const body = route.body && (examples.get(route.operationId)?.body as object | undefined);
  return { pathParameters, ...(body && { body }), ...wordsAbout(ids)[route.operationId] };
}
