import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import type { LinkChange } from '../../shared/domain/links/link.ts';
import { keys } from '../../shared/table/keys.ts';
import { changeLink } from '../../shared/usecases/links/change-link.ts';
import { createLink, type NewLink } from '../../shared/usecases/links/create-link.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, codeOf, linkOf, taken, tally, testCost, useTable } from './use-table.ts';

const world = useTable();
const make = (userId: string, more: Partial<NewLink> = {}) =>
  createLink(world.ports, { programId: 'default', userId, createParticipant: true, ...more });
const apps = { ios: 'https://apps.example/ios' };
const expiresAt = '2099-01-01T00:00:00.000Z';

const redirectTo = (to: typeof apps) =>
  ({ status: 302, passthrough: 'all', deepLinkPaths: [], apps: to }) as const;

describe('the settings of a link', () => {
  it('are kept, read back, changed and taken away', async () => {
    const link = taken(await make('alice', { expiresAt, clickCap: 3, apps }));
    expect(link).toMatchObject({ expiresAt, clickCap: 3, apps });
    expect(await world.ports.findLink(link.code)).toEqual(link);
    expect((await world.ports.listLinks('default', 'alice', { limit: 10 }))?.items).toEqual([link]);
    const change = (what: LinkChange) => changeLink(world.ports, link.code, what);
    expect(taken(await change({ clickCap: 9, expiresAt: null }))).toEqual(
      expect.not.objectContaining({ expiresAt: expect.anything() }),
    );
    const { clickCap, apps: _apps, expiresAt: _expiresAt, ...plain } = link;
    expect(taken(await change({ clickCap: null, apps: null }))).toEqual(plain);
    expect(await world.ports.findLink(link.code)).toEqual(plain);
  });

  it('do not let the table delete an expired link', async () => {
    const { code } = taken(await make('alice', { expiresAt }));
    const { documents, name } = world.table;
    const { Item } = await documents.send(new GetCommand({ TableName: name, Key: keys.link(code) }));
    expect(Item).not.toHaveProperty('expiresAt');
  });

  it('are refused where an app is on a host that the program does not name', async () => {
    taken(await updateProgram(world.ports, 'default', { destinationHosts: ['example.com'] }, undefined));
    expect(await make('alice', { apps })).toMatchObject({
      refused: 'destination_not_allowed',
      errors: [{ field: 'apps.ios' }],
    });
    const { code } = await linkOf(world.ports, 'alice');
    expect(codeOf(await changeLink(world.ports, code, { apps }))).toBe('destination_not_allowed');
    expect(
      codeOf(await updateProgram(world.ports, 'default', { redirect: redirectTo(apps) }, undefined)),
    ).toBe('invalid_request');
  });
});

describe('a vanity code that its owner asks for again', () => {
  it('is the link that is there, also at the limit of links, and at the same moment', async () => {
    const outcomes = await atOnce(12, () => make('alice', { code: 'Summer', clickCap: 5 }));
    expect(tally(outcomes)).toEqual({ taken: 12 });
    expect(new Set(outcomes.map((link) => JSON.stringify(link))).size).toBe(1);
    expect(await world.ports.findParticipant('default', 'alice')).toMatchObject({ links: 1 });
    taken(await updateProgram(world.ports, 'default', { linkLimit: 1 }, undefined));
    expect(taken(await make('alice', { code: 'summer' }))).toEqual(outcomes[0]);
    expect(codeOf(await make('alice', { code: 'winter' }))).toBe('link_limit_reached');
  });

  it('is refused with other settings, and to anybody else', async () => {
    taken(await make('alice', { code: 'summer' }));
    expect(await make('alice', { code: 'summer', destination: 'https://example.com/other' })).toMatchObject({
      refused: 'code_taken',
      errors: [{ field: 'code', message: expect.stringContaining('other settings') }],
    });
    expect(await make('bob', { code: 'summer' })).toMatchObject({
      refused: 'code_taken',
      errors: [{ field: 'code', message: 'belongs to somebody' }],
    });
  });
});

describe('the cap of a link', () => {
  it('is never passed, however many come at the same moment', async () => {
    const outcomes = await atOnce(60, () => world.ports.useClicks('abc', 1, 25));
    expect(outcomes.filter((fits) => fits)).toHaveLength(25);
    expect(await world.ports.findClicksUsed('abc')).toBe(25);
  });

  it('is asked about without being used up', async () => {
    for (let i = 0; i < 3; i++) expect(await world.ports.useClicks('abc', 0, 1)).toBe(true);
    expect(await world.ports.useClicks('abc', 1, 1)).toBe(true);
    expect(await world.ports.useClicks('abc', 0, 1)).toBe(false);
    expect(await world.ports.findClicksUsed('abc')).toBe(1);
  });

  it('lets more in when it is raised, and none when it is lowered below what was used', async () => {
    await atOnce(3, () => world.ports.useClicks('abc', 1, 3));
    expect(await world.ports.useClicks('abc', 1, 4)).toBe(true);
    expect(await world.ports.useClicks('abc', 1, 2)).toBe(false);
  });
});

/** docs/access-patterns.md has these figures. */
describe('write units (table + list)', () => {
  const unitsOf = async (work: () => Promise<unknown>) => {
    const { units } = await measureWrites(world.table, work);
    return `${units.table} + ${units.lists}`;
  };

  testCost('of a visit within a cap, and of one beyond it', async () => {
    expect(await unitsOf(() => world.ports.useClicks('abc', 1, 9))).toBe('1 + 0');
    expect(await unitsOf(() => world.ports.useClicks('abc', 1, 9))).toBe('1 + 0');
  });

  testCost('of a changed link', async () => {
    const { code } = await linkOf(world.ports, 'alice');
    const operator = { keyId: 'k'.repeat(20), requestId: 'r'.repeat(36) };
    const change = () => changeLink({ ...world.ports, operator }, code, { status: 'inactive' });
    expect(await unitsOf(change)).toBe('4 + 2');
    expect(await unitsOf(change)).toBe('0 + 0');
  });

  testCost('of a vanity code asked for again', async () => {
    await make('alice', { code: 'summer' });
    expect(await unitsOf(() => make('alice', { code: 'summer' }))).toBe('0 + 0');
  });
});
