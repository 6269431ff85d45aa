import { describe, expect, it } from 'vitest';
import { noClicks } from '../../shared/domain/clicks/totals.ts';
import { changeLink } from '../../shared/usecases/links/change-link.ts';
import { createLink } from '../../shared/usecases/links/create-link.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { createProgram, updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { atOnce, codeOf, linkOf, overviewOf, taken, tally, useTable } from './use-table.ts';

const world = useTable();
const make = (userId: string, more: { code?: string; destination?: string; programId?: string } = {}) =>
  createLink(world.ports, { programId: 'default', userId, createParticipant: true, ...more });

describe('createLink', () => {
  it('makes a link and its participant, where that one is new', async () => {
    const link = taken(await make('alice'));
    expect(link).toEqual({
      code: expect.stringMatching(/^[23456789bcdfghjkmnpqrstvwxyz]{8}$/),
      programId: 'default',
      userId: 'alice',
      destination: 'https://example.com/',
      status: 'active',
      createdAt: expect.any(String),
    });
    expect(await world.ports.findLink(link.code)).toEqual(link);
    expect(await world.ports.findParticipant('default', 'alice')).toMatchObject({
      links: 1,
      status: 'active',
    });
  });

  it('creates a participant once, and keeps what is known of them', async () => {
    await putParticipant(world.ports, 'default', 'alice', { name: 'Alice' });
    await Promise.all([make('alice'), make('alice'), make('bob'), make('bob'), make('bob')]);
    expect(await world.ports.findParticipant('default', 'alice')).toMatchObject({ name: 'Alice', links: 3 });
    expect(await world.ports.findParticipant('default', 'bob')).toMatchObject({ links: 3 });
  });

  it('makes nobody a participant where it must not', async () => {
    const input = { programId: 'default', userId: 'nobody', createParticipant: false };
    expect(codeOf(await createLink(world.ports, input))).toBe('participant_not_found');
    expect(await world.ports.findParticipant('default', 'nobody')).toBeUndefined();
  });

  it('never passes the limit, however many ask at the same moment', async () => {
    const outcomes = await atOnce(30, () => make('alice'));
    expect(tally(outcomes)).toEqual({ taken: 10, link_limit_reached: 20 });
    const links = await world.ports.listLinks('default', 'alice', { limit: 100 });
    expect(links?.items).toHaveLength(10);
    expect((await overviewOf(world.ports, 'alice')).participant.links).toBe(10);
  });

  it('gives a vanity code to one of those who ask for it at the same moment', async () => {
    const outcomes = await atOnce(20, (i) => make(`user-${i}`, { code: i % 2 === 0 ? 'SUMMER' : 'summer' }));
    expect(tally(outcomes)).toEqual({ taken: 1, code_taken: 19 });
    const owner = (await world.ports.findLink('summer'))?.userId;
    const known = await atOnce(20, (i) => world.ports.findParticipant('default', `user-${i}`));
    expect(known.filter((one) => one !== undefined).map((one) => one?.userId)).toEqual([owner]);
  });

  it('keeps a code with its owner after it is out of use, and between programs', async () => {
    taken(await make('alice', { code: 'mine' }));
    taken(await changeLink(world.ports, 'mine', { status: 'inactive' }));
    taken(
      await createProgram(world.ports, {
        programId: 'other',
        name: 'O',
        destination: 'https://example.com/',
      }),
    );
    expect(codeOf(await make('bob', { code: 'MINE' }))).toBe('code_taken');
    expect(codeOf(await make('bob', { code: 'mine', programId: 'other' }))).toBe('code_taken');
    expect((await world.ports.findLink('mine'))?.userId).toBe('alice');
  });

  it('does not answer with a link of theirs that is out of use, until that is brought back', async () => {
    const made = taken(await make('alice', { code: 'mine' }));
    const outOfUse = {
      refused: 'code_inactive',
      errors: [{ field: 'code', message: 'is of a link of theirs that is out of use: change that one' }],
    };
    const expired = { status: 'active', expiresAt: new Date(Date.now() - 1).toISOString() } as const;
    for (const change of [{ status: 'inactive' }, expired] as const) {
      taken(await changeLink(world.ports, 'mine', change));
      expect(await make('alice', { code: 'MINE' })).toMatchObject(outOfUse);
    }
    taken(await changeLink(world.ports, 'mine', { expiresAt: null }));
    expect(await make('alice', { code: 'mine' })).toEqual(made);
  });

  it('draws another code where one belongs to somebody', async () => {
    const drawn = [0, 0, 1];
    const random = (bytes: number) => new Uint8Array(bytes).fill(drawn.shift() ?? 2);
    const ports = { ...world.ports, random };
    const input = { programId: 'default', userId: 'alice', createParticipant: true };
    expect(taken(await createLink(ports, input)).code).toBe('22222222');
    expect(taken(await createLink(ports, input)).code).toBe('33333333');
  });

  it('leads to this machine only where the program names it, and says which field does not', async () => {
    const local = { destination: 'http://127.0.0.1:4100/shop' };
    expect(await make('alice', local)).toMatchObject({
      refused: 'destination_not_allowed',
      errors: [
        {
          field: 'destination',
          message: 'leads to this machine: destinationHosts of the program must name 127.0.0.1',
        },
      ],
    });
    taken(
      await updateProgram(
        world.ports,
        'default',
        { destinationHosts: ['127.0.0.1', 'example.com'] },
        undefined,
      ),
    );
    expect(taken(await make('alice', local))).toMatchObject(local);
  });

  it('draws another code where one could give offence', async () => {
    const ports = { ...world.ports, isProfane: async (word: string) => word === '22222222' };
    const bytes = [0, 1];
    const random = (length: number) => new Uint8Array(length).fill(bytes.shift() ?? 2);
    const input = { programId: 'default', userId: 'alice', createParticipant: true };
    expect(taken(await createLink({ ...ports, random }, input)).code).toBe('33333333');
  });

  it.each([
    ['an unknown program', { programId: 'none' }, 'program_not_found'],
    ['a code that gives offence', { code: 'fuck-you' }, 'code_not_allowed'],
    [
      'a host that the program does not name',
      { destination: 'https://evil.example/' },
      'destination_not_allowed',
    ],
  ])('refuses %s, and leaves no trace', async (_, more, code) => {
    taken(await updateProgram(world.ports, 'default', { destinationHosts: ['example.com'] }, undefined));
    expect(codeOf(await make('alice', more))).toBe(code);
    expect(await world.ports.findParticipant('default', 'alice')).toBeUndefined();
  });
});

describe('changeLink', () => {
  it('changes where a link leads, and takes it out of use and back', async () => {
    const { code } = await linkOf(world.ports, 'alice');
    expect(
      taken(await changeLink(world.ports, code, { destination: 'https://example.com/new' })).status,
    ).toBe('active');
    expect(taken(await changeLink(world.ports, code, { status: 'inactive' })).destination).toBe(
      'https://example.com/new',
    );
    expect(taken(await changeLink(world.ports, code, { status: 'active' })).status).toBe('active');
    expect(await world.ports.findLink(code)).toMatchObject({
      userId: 'alice',
      destination: 'https://example.com/new',
    });
  });

  it('makes no link of a code that is unknown', async () => {
    expect(codeOf(await changeLink(world.ports, 'nothing', { status: 'active' }))).toBe('code_not_found');
    const link = { ...(await linkOf(world.ports, 'alice')), code: 'nothing' };
    expect(await world.ports.changeLink(link, { status: 'inactive' })).toBe('again');
    expect(await world.ports.findLink('nothing')).toBeUndefined();
  });

  it('overwrites nothing that another has changed meanwhile', async () => {
    const read = await linkOf(world.ports, 'alice');
    taken(await changeLink(world.ports, read.code, { clickCap: 3, status: 'inactive' }));
    for (const change of [{ clickCap: null }, { clickCap: 9 }, { status: 'inactive' }] as const) {
      expect(await world.ports.changeLink(read, change)).toBe('again');
    }
    expect(await world.ports.changeLink(read, { expiresAt: '2030-01-01T00:00:00.000Z' })).toBe('changed');
    expect(await world.ports.findLink(read.code)).toMatchObject({ clickCap: 3, status: 'inactive' });
  });

  it('refuses a host that the program does not name', async () => {
    taken(await updateProgram(world.ports, 'default', { destinationHosts: ['example.com'] }, undefined));
    const { code } = await linkOf(world.ports, 'alice');
    expect(codeOf(await changeLink(world.ports, code, { destination: 'https://evil.example/' }))).toBe(
      'destination_not_allowed',
    );
  });
});

describe('findLinkWithClicks', () => {
  it('shows no clicks as zero', async () => {
    const link = await linkOf(world.ports, 'alice');
    expect(await world.ports.findLinkWithClicks(link.code)).toEqual({
      link,
      clicks: noClicks,
    });
    expect(await world.ports.findLinkWithClicks('nothing')).toBeUndefined();
  });
});
