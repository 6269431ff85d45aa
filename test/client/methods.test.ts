import { describe, expect, it } from 'vitest';
import { calls } from '../../client/api.ts';
import type { Call } from '../../client/describe-call.ts';
import { writeRequest } from '../../client/write-request.ts';
import { type Route, routeKey } from '../../shared/contract/route.ts';
import { routes } from '../../shared/contract/routes.ts';

const allCalls = (tree: object): Call[] =>
  Object.values(tree).flatMap((value: object) => ('key' in value ? [value as Call] : allCalls(value)));
const methods = allCalls(calls);
const routeOf = ({ key }: Call): Route | undefined => routes.find((route) => routeKey(route) === key);
const namesOf = (schema: unknown): string[] => Object.keys((schema as { shape?: object })?.shape ?? {});

describe('the methods of the client', () => {
  it('are those of the routes, each once: a new route is a line in client/api.ts', () => {
    expect(methods.map(({ key }) => key).sort()).toEqual(routes.map(routeKey).sort());
  });

  it('read what their route answers with', () => {
    for (const method of methods) {
      const success = routeOf(method)?.success;
      const answer = success?.schema ? 'json' : success?.status === 302 ? 'redirect' : 'file';
      expect(method.reading, method.key).toBe(answer);
    }
  });

  it('are repeated where DELETE leaves what it names, as a repeat is answered alike', () => {
    const left = methods.filter(({ key, takesAway }) => key.startsWith('DELETE') && !takesAway);
    expect(left.map(({ key }) => key)).toEqual([
      'DELETE /v1/programs/{programId}/participants/{userId}',
      'DELETE /v1/links/{code}',
      'DELETE /v1/api-keys/{keyId}',
    ]);
  });

  it('read on wherever a page of items has a next one', () => {
    const lists = methods.filter((method) => namesOf(routeOf(method)?.success.schema).includes('nextCursor'));
    const withoutItems = lists.filter(({ items }) => items === undefined).map(({ key }) => key);
    expect(withoutItems).toEqual([
      'GET /v1/programs/{programId}/reviews/groups',
      'POST /v1/programs/{programId}/fraud/dry-run',
    ]);
  });

  it('can take everything as one object: no name is in the path, the query and the body at once', () => {
    for (const route of routes) {
      const names = [route.params, route.query, route.body].flatMap(namesOf);
      expect(new Set(names).size, routeKey(route)).toBe(names.length);
      if (route.query !== undefined) expect(route.method, routeKey(route)).toBe('GET');
    }
  });
});

describe('a request', () => {
  it('has what the path names in the path, and the rest in the query', () => {
    const input = {
      programId: 'a',
      userId: 'x@y|z',
      limit: 5,
      cursor: undefined,
      from: '2026-01-01T00:00:00+01:00',
    };
    expect(writeRequest(calls.participants.rewards, input)).toEqual({
      method: 'GET',
      path: '/v1/programs/a/participants/x%40y%7Cz/rewards?limit=5&from=2026-01-01T00%3A00%3A00%2B01%3A00',
    });
  });

  it('has the rest in the body where it changes something, an empty one too', () => {
    expect(writeRequest(calls.payouts.send, { payoutId: 'pay_1', provider: 'manual' })).toEqual({
      method: 'POST',
      path: '/v1/payouts/pay_1/send',
      body: '{"provider":"manual"}',
    });
    expect(writeRequest(calls.rewards.claim, { rewardId: 'rwd_1' })).toMatchObject({ body: '{}' });
  });

  it('keeps the segments of a path of any length', () => {
    expect(writeRequest(calls.links.followDeep, { code: 'alice', path: 'a b/c?d' })).toMatchObject({
      path: '/r/alice/a%20b/c%3Fd',
    });
  });
});
