import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { isRefusal, refuse } from '../../shared/contract/problems.ts';
import type { Route } from '../../shared/contract/route.ts';
import { routes } from '../../shared/contract/routes.ts';
import type { Reach } from '../../shared/domain/access/reach.ts';
import { aboutSelf, admit, type Confine, refuseForeign, shownTo } from '../../shared/http/caller.ts';
import type { Given } from '../../shared/http/read-input.ts';

const routeOf = (operationId: string): Route => {
  const found = routes.find((route) => route.operationId === operationId);
  if (found === undefined) throw new Error(`No route ${operationId}`);
  return found;
};
const given = (parts: { params?: object; query?: object; body?: object }): Given =>
  ({ params: undefined, query: {}, body: undefined, requestId: 'r', ...parts }) as unknown as Given;

const ofSpring: Reach = { programs: ['spring'] };
const alice: Reach = { programs: ['default'], userId: 'alice' };
const everything: Reach = { programs: '*' };

const codeOf = async (operationId: string, reach: Reach, parts: object, confine?: Confine<Given>) =>
  (await refuseForeign(routeOf(operationId), reach, given(parts), confine))?.refused;

describe('a verdict of the authorizer', () => {
  const outcome = (operationId: string, lambda?: object) => {
    const event = { requestContext: { authorizer: { lambda } } } as unknown as APIGatewayProxyEventV2;
    const caller = admit(routeOf(operationId), event);
    return caller !== undefined && isRefusal(caller) ? caller.refused : caller;
  };
  const server = { caller: 'server', keyId: 'k', scopes: 'links:read audit:read', programs: 'spring summer' };

  it('is asked for nothing on an open route', () => {
    expect(outcome('health')).toBeUndefined();
  });

  it('gives what it says, and nothing that it leaves out', () => {
    const { scopes: _, ...withoutScopes } = server;
    const { programs: _p, ...withoutPrograms } = server;
    expect(outcome('getLink', server)).toEqual({
      caller: 'server',
      keyId: 'k',
      scopes: ['links:read', 'audit:read'],
      programs: ['spring', 'summer'],
    });
    expect(outcome('getLink', withoutScopes)).toBe('insufficient_scope');
    expect(outcome('getLink', withoutPrograms)).toMatchObject({ programs: [''] });
    expect(outcome('getLink', { ...server, programs: '*' })).toMatchObject({ programs: '*' });
  });

  it.each([
    ['getLink', { ...server, scopes: 'links:write' }, 'The key needs the scope links:read'],
    [
      'updateLink',
      { caller: 'participant', programId: 'p', userId: 'u', tokenId: 't' },
      /API key with links:w/,
    ],
    ['createProgram', { ...server, scopes: 'programs:write' }, 'The key needs to be for all programs'],
  ])('says of %s what is lacking', (operationId, lambda, detail) => {
    const event = { requestContext: { authorizer: { lambda } } } as unknown as APIGatewayProxyEventV2;
    const refusal = { refused: 'insufficient_scope', detail: expect.stringMatching(detail) };
    expect(admit(routeOf(operationId), event)).toEqual(refusal);
  });

  it.each([
    [{}, 'missing_key'],
    [{ caller: 'admin' }, 'missing_key'],
    [{ caller: 'server', scopes: '*', programs: '*' }, 'missing_key'],
    [{ caller: 'nobody' }, 'missing_key'],
    [{ caller: 'nobody', because: 'expired_token' }, 'expired_token'],
    [{ caller: 'participant', userId: 'alice', tokenId: 't' }, 'invalid_token'],
    [{ caller: 'participant', programId: 'default', tokenId: 't' }, 'invalid_token'],
  ])('%j is of nobody', (lambda, code) => {
    expect(outcome('getLink', lambda)).toBe(code);
  });

  it('of who is bound to programs opens nothing of the deployment', () => {
    const all = { ...server, scopes: '*' };
    expect(outcome('createProgram', all)).toBe('insufficient_scope');
    expect(outcome('createProgram', { ...all, programs: '*' })).toMatchObject({ caller: 'server' });
  });
});

describe('what a request names', () => {
  const ofSpringAlice = { params: { programId: 'spring', userId: 'alice' } };

  it.each<[string, Reach, object, string | undefined]>([
    ['getStats', ofSpring, ofSpringAlice, undefined],
    ['getStats', { programs: ['summer'] }, ofSpringAlice, 'program_not_found'],
    ['getStats', alice, ofSpringAlice, 'program_not_found'],
    ['getStats', { programs: ['spring'], userId: 'bob' }, ofSpringAlice, 'participant_not_found'],
    ['getStats', { programs: ['spring'], userId: 'alice' }, ofSpringAlice, undefined],
    ['referralStats', alice, { params: { userId: 'alice' } }, undefined],
    ['referralStats', alice, { params: { userId: 'bob' } }, 'participant_not_found'],
    ['referralStats', ofSpring, { params: { userId: 'alice' } }, 'program_not_found'],
    ['referralStats', ofSpring, { params: { userId: 'alice' }, query: { programId: 'spring' } }, undefined],
    ['createPayout', alice, { body: { userId: 'alice' } }, undefined],
    ['createPayout', alice, { body: { userId: 'bob' } }, 'participant_not_found'],
    ['createPayout', alice, { body: { userId: 'alice', programId: 'spring' } }, 'program_not_found'],
    ['createPayout', alice, { body: {} }, 'participant_not_found'],
    ['timeseries', alice, { params: { programId: 'default' }, query: {} }, 'participant_not_found'],
    [
      'timeseries',
      alice,
      { params: { programId: 'default' }, query: { code: 'abc' } },
      'participant_not_found',
    ],
    ['listAuditLog', ofSpring, { query: { programId: '*' } }, 'program_not_found'],
    ['listAuditLog', everything, { query: { programId: '*' } }, undefined],
  ])('%s within %j: %j', async (operationId, reach, parts, code) => {
    expect(await codeOf(operationId, reach, parts)).toBe(code);
  });

  it('is looked at in every element of a batch', async () => {
    const batch = (...programs: (string | undefined)[]) => ({
      body: { events: programs.map((programId) => (programId ? { programId } : {})) },
    });
    expect(await codeOf('recordEvents', ofSpring, batch('spring', 'spring'))).toBeUndefined();
    expect(await codeOf('recordEvents', ofSpring, batch('spring', 'default'))).toBe('program_not_found');
    expect(await codeOf('recordEvents', ofSpring, batch('spring', undefined))).toBe('program_not_found');
    expect(await codeOf('recordEvents', ofSpring, { body: { programId: 'spring' } })).toBeUndefined();
    expect(await codeOf('recordEvents', ofSpring, { body: {} })).toBe('program_not_found');
    const both = { body: { ...batch('default').body, programId: 'spring' } };
    expect(await codeOf('recordEvents', ofSpring, both)).toBe('program_not_found');
  });
});

describe('a thing that a request names by its id', () => {
  const link = (owner: { programId: string; userId: string } | undefined) => vi.fn(async () => owner);

  it('is looked up for those alone who do not reach all', async () => {
    const find = link({ programId: 'spring', userId: 'alice' });
    expect(await codeOf('getLink', everything, {}, find)).toBeUndefined();
    expect(find).not.toHaveBeenCalled();
    expect(await codeOf('getLink', ofSpring, {}, find)).toBeUndefined();
    expect(find).toHaveBeenCalledTimes(1);
  });

  it('is not there for whom it does not belong to, nor where it is not there', async () => {
    const find = link({ programId: 'default', userId: 'bob' });
    expect(await codeOf('getLink', ofSpring, {}, find)).toBe('code_not_found');
    expect(await codeOf('getLink', alice, {}, find)).toBe('code_not_found');
    expect(await codeOf('getLink', alice, {}, link(undefined))).toBe('code_not_found');
  });

  it('is refused where the operation does not say whose it is', async () => {
    expect(await codeOf('getLink', ofSpring, {})).toBe('code_not_found');
    expect(await codeOf('getLink', ofSpring, {}, 'within')).toBe('code_not_found');
    expect(await codeOf('getLink', everything, {})).toBeUndefined();
  });
});

describe('an operation that keeps within reach by itself', () => {
  it('has to say so', async () => {
    expect(await codeOf('listPrograms', ofSpring, {}, 'within')).toBeUndefined();
    expect(await codeOf('listPrograms', ofSpring, {})).toBe('insufficient_scope');
    expect(await codeOf('listPrograms', everything, {})).toBeUndefined();
  });
});

describe('a participant', () => {
  it.each([
    ['listPayouts', {}, { programId: 'default', userId: 'alice' }],
    ['listPayouts', { userId: 'bob' }, { programId: 'default', userId: 'bob' }],
    ['listPayouts', { programId: 'spring' }, { programId: 'spring', userId: 'alice' }],
    ['timeseries', { code: 'abc' }, { code: 'abc', userId: 'alice' }],
    ['referralStats', {}, {}],
    ['health', {}, {}],
  ])('asks %s about themselves unless the query %j says otherwise', (operationId, query, asked) => {
    const event = { queryStringParameters: query } as unknown as APIGatewayProxyEventV2;
    expect(aboutSelf(routeOf(operationId), alice, event).queryStringParameters).toEqual(asked);
    expect(aboutSelf(routeOf(operationId), ofSpring, event)).toBe(event);
  });

  const ofAlice = { params: { programId: 'default', userId: 'alice' } };

  it('cannot give what only servers set', async () => {
    const elsewhere = { ...ofAlice, body: { destination: 'https://evil.example/' } };
    const refusal = await refuseForeign(routeOf('createLink'), alice, given(elsewhere), undefined);
    expect(refusal).toMatchObject({
      refused: 'insufficient_scope',
      detail: 'Only a server may set destination',
    });
    expect(await codeOf('createLink', alice, { ...ofAlice, body: { code: 'mine' } })).toBeUndefined();
    expect(await codeOf('createLink', { programs: ['default'] }, elsewhere)).toBeUndefined();
  });

  it('is shown what the contract has for them, and of a refusal no more than its text', () => {
    const referral = {
      referralId: `ref_${'0'.repeat(26)}`,
      programId: 'default',
      referrerId: 'alice',
      refereeId: 'bob@example.com',
      code: 'abc234de',
      status: 'completed',
      createdAt: '2026-11-21T00:00:00.000Z',
      reasons: ['same_ip'],
    };
    const { refereeId: _, reasons: _r, ...own } = referral;
    expect(shownTo(routeOf('getReferral'), alice, { referral })).toEqual({ referral: own });
    expect(shownTo(routeOf('getReferral'), ofSpring, { referral })).toEqual({ referral });
    const refusal = refuse('already_claimed', { detail: 'x', extra: { reward: { orderId: 'o' } } });
    expect(shownTo(routeOf('claimReward'), alice, refusal)).toEqual({
      refused: 'already_claimed',
      detail: 'x',
    });
    expect(shownTo(routeOf('claimReward'), everything, refusal)).toBe(refusal);
  });
});
