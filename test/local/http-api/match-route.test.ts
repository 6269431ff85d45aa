import { describe, expect, it } from 'vitest';
import { createRouteMatcher, splitPath } from '../../../local/http-api/match-route.ts';
import { route } from './api-fixture.ts';

const KEYS = [
  '$default',
  'ANY /{proxy+}',
  'GET /{proxy+}',
  'GET /pets/{id}',
  'ANY /pets/dog',
  'GET /pets/dog/1',
  'GET /pets/{kind}/{number}',
  'GET /pets/dog/{number}',
  'POST /pets/{id}',
  'ANY /pets',
  'GET /pets',
  'GET /files/{path+}',
  'GET /',
];

function find(method: string, path: string, keys = KEYS) {
  const match = createRouteMatcher(keys.map((key) => route(key)))(method, splitPath(path) ?? []);
  return match && [match.route.routeKey, match.pathParameters];
}

describe('the route of a request', () => {
  it.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', {}],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{number}', { number: '2' }],
    ['GET', '/pets/cat/2', 'GET /pets/{kind}/{number}', { kind: 'cat', number: '2' }],
    ['GET', '/pets/dog', 'ANY /pets/dog', {}],
    ['GET', '/pets/cat', 'GET /pets/{id}', { id: 'cat' }],
    ['GET', '/pets/a%20b', 'GET /pets/{id}', { id: 'a b' }],
    ['GET', '/pets', 'GET /pets', {}],
    ['PUT', '/pets', 'ANY /pets', {}],
    ['DELETE', '/pets/cat', 'ANY /{proxy+}', { proxy: 'pets/cat' }],
    ['GET', '/files/a/b%2Fc', 'GET /files/{path+}', { path: 'a/b/c' }],
    ['GET', '/', 'GET /', {}],
    ['POST', '/', '$default', {}],
    ['GET', '/pets/', 'GET /{proxy+}', { proxy: 'pets/' }],
  ])('%s %s is %s', (method, path, key, parameters) => {
    expect(find(method, path)).toEqual([key, parameters]);
  });

  it('is none without a match: no HEAD by GET, no greedy variable for nothing, no case folded', () => {
    const keys = ['GET /pets', 'GET /files/{path+}'];
    expect(find('HEAD', '/pets', keys)).toBeUndefined();
    expect(find('GET', '/files/', keys)).toBeUndefined();
    expect(find('GET', '/files', keys)).toBeUndefined();
    expect(find('GET', '/Pets', keys)).toBeUndefined();
  });

  it('needs a well-formed path', () => {
    expect(splitPath('/a%2')).toBeUndefined();
  });
});
