import { describe, expect, it } from 'vitest';
import {
  type Caller,
  mayCall,
  reaches,
  reachesAll,
  reachesProgram,
  reachOf,
  within,
} from '../../../shared/domain/access/reach.ts';

const key = (scopes: readonly string[], programs: '*' | readonly string[] = '*'): Caller => ({
  caller: 'server',
  keyId: 'k',
  scopes,
  programs,
});
const alice: Caller = { caller: 'participant', programId: 'spring', userId: 'alice', tokenId: 't' };

describe('a key', () => {
  it.each<[string[], string, boolean]>([
    [['*'], 'links:write', true],
    [['links:write'], 'links:write', true],
    [['events:write', 'links:write'], 'links:write', true],
    [['links:read'], 'links:write', false],
    [['links:write'], 'links:read', false],
    [['links:*'], 'links:write', false],
    [['links'], 'links:write', false],
    [['links:write2'], 'links:write', false],
    [[''], 'links:write', false],
    [[], 'links:write', false],
  ])('of %j that needs %s', (scopes, scope, expected) => {
    expect(mayCall(key(scopes), { scope })).toBe(expected);
    expect(mayCall(key(scopes), { scope, participant: 'self' })).toBe(expected);
  });

  it('reaches all, unless it is bound to programs', () => {
    expect(reachesAll(reachOf(key(['*'])))).toBe(true);
    expect(reachesAll(reachOf(key(['*'], ['spring'])))).toBe(false);
    expect(reachesAll(reachOf(key(['*'], [])))).toBe(false);
  });

  it('reaches everybody of its programs, and nobody else', () => {
    const reach = reachOf(key(['*'], ['spring', 'summer']));
    for (const userId of [undefined, 'alice', 'bob']) {
      expect(reaches(reach, { programId: 'summer', userId })).toBe(true);
      expect(reaches(reach, { programId: 'autumn', userId })).toBe(false);
    }
    expect(reachesProgram(reach, 'spring')).toBe(true);
    expect(reachesProgram(reach, 'sprin')).toBe(false);
  });

  it('that is bound to a program of the name of all reaches that one alone', () => {
    expect(reaches(reachOf(key(['*'], ['*'])), { programId: 'spring' })).toBe(false);
  });
});

describe('a participant', () => {
  it('calls what is marked for them alone', () => {
    expect(mayCall(alice, { scope: 'links:read', participant: 'self' })).toBe(true);
    expect(mayCall(alice, { scope: 'links:read' })).toBe(false);
  });

  it.each([
    [{ programId: 'spring', userId: 'alice' }, true],
    [{ programId: 'spring', userId: 'bob' }, false],
    [{ programId: 'spring', userId: 'Alice' }, false],
    [{ programId: 'summer', userId: 'alice' }, false],
    [{ programId: 'spring', userId: undefined }, false],
    [{ programId: 'spring' }, false],
  ])('reaches of %j what is their own', (owner, expected) => {
    expect(reaches(reachOf(alice), owner)).toBe(expected);
    expect(reachesAll(reachOf(alice))).toBe(false);
  });
});

it('nobody reaches nothing', () => {
  expect(reachesAll(reachOf(undefined))).toBe(false);
  expect(reaches(reachOf(undefined), { programId: 'default' })).toBe(false);
  expect(reachOf(undefined)).toEqual({ programs: [] });
});

it('one user of all programs does not reach all', () => {
  expect(reachesAll({ programs: '*', userId: 'alice' })).toBe(false);
});

it('a look-up finds what is within reach, and nothing else', async () => {
  const owners = new Map(
    ['alice', 'bob'].map((userId) => [userId, { programId: 'spring', userId }] as const),
  );
  const find = within(reachOf(alice), async (name: string) => owners.get(name));
  expect(await find('alice')).toEqual({ programId: 'spring', userId: 'alice' });
  expect(await find('bob')).toBeUndefined();
  expect(await find('carol')).toBeUndefined();
});
