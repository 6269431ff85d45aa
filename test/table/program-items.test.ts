import { beforeEach, describe, expect, it } from 'vitest';
import { isRefusal } from '../../shared/contract/problems.ts';
import { defaultSettings } from '../../shared/domain/programs/default-program.ts';
import { createLink } from '../../shared/usecases/links/create-link.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { deleteProgram } from '../../shared/usecases/programs/delete-program.ts';
import { listVersions } from '../../shared/usecases/programs/list-versions.ts';
import { createProgram, updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, codeOf, linkOf, taken, tally, testCost, useTable } from './use-table.ts';

const world = useTable();
const spring = { programId: 'spring', name: 'Spring', destination: 'https://spring.example/' };
const change = (changes: Parameters<typeof updateProgram>[2], expectedVersion?: number) =>
  updateProgram(world.ports, 'default', changes, expectedVersion);

describe('createProgram', () => {
  it('takes what is left out from the default program, and falls back to its destination', async () => {
    const { program, warnings } = taken(
      await createProgram(world.ports, { ...spring, linkLimit: 3, rules: undefined }),
    );
    expect(warnings).toEqual([]);
    expect(program).toMatchObject({
      ...spring,
      version: 1,
      fallbackUrl: 'https://spring.example/',
      linkLimit: 3,
      attribution: { model: 'first_touch', windowDays: 7 },
      rules: [{ ruleId: 'order-commission' }],
      milestones: [{ milestoneId: 'bronze' }, { milestoneId: 'silver' }, { milestoneId: 'gold' }],
    });
    expect(await world.ports.findProgram('spring')).toEqual(program);
    expect(await world.ports.findProgramVersion('spring', 1)).toEqual(program);
  });

  it('gives an id to one of those who ask at the same moment', async () => {
    const outcomes = await atOnce(10, (i) => createProgram(world.ports, { ...spring, name: `Program ${i}` }));
    expect(tally(outcomes)).toEqual({ taken: 1, program_exists: 9 });
    expect((await world.ports.findProgram('spring'))?.name).toBe(
      outcomes.map((one) => ('program' in one ? one.program.name : '')).join(''),
    );
  });

  it('refuses a destination beyond its own hosts', async () => {
    expect(await createProgram(world.ports, { ...spring, destinationHosts: ['*.spring.example'] })).toEqual({
      refused: 'invalid_request',
      errors: [{ field: 'destination', message: 'must lead to one of destinationHosts of the program' }],
    });
  });

  it('saves what is surely not meant, and says what', async () => {
    const [rule] = defaultSettings('Spring', spring.destination).rules;
    const rules = [rule, rule && { ...rule, ruleId: 'again' }].filter((one) => one !== undefined);
    const { program, warnings } = taken(await createProgram(world.ports, { ...spring, rules }));
    expect(warnings).toEqual([{ field: 'rules.1', message: expect.stringContaining('pays the same again') }]);
    expect(await world.ports.findProgram('spring')).toEqual(program);
  });

  it('stores nothing of a program that it refuses', async () => {
    const hooks = { validation: { url: 'https://10.0.0.1/', timeoutMs: 500, fallback: 'default' as const } };
    expect(codeOf(await createProgram(world.ports, { ...spring, hooks }))).toBe('invalid_request');
    expect(await world.ports.findProgram('spring')).toBeUndefined();
  });

  it('refuses a flat reward in a currency that ISO 4217 does not list', async () => {
    const rules = (['EUR', 'XYZ'] as const).map((currency) => ({
      ruleId: currency.toLowerCase(),
      event: 'order.paid',
      side: 'referrer' as const,
      kind: 'cash' as const,
      amount: { type: 'flat' as const, amount: 5, currency },
      basis: { type: 'gross' as const, excludedProducts: [], excludedCategories: [] },
      limitPerReferee: null,
      months: null,
      caps: [],
      excludedPaymentMethods: [],
      priority: 0,
    }));
    expect(await createProgram(world.ports, { ...spring, rules })).toMatchObject({
      errors: [{ field: 'rules.1.amount.currency', message: 'is not a currency of ISO 4217' }],
    });
  });
});

describe('updateProgram', () => {
  it('makes the next version, and keeps the one before', async () => {
    const before = await world.ports.findProgram('default');
    const { program: after } = taken(await change({ name: 'New' }));
    expect(after).toEqual({ ...before, name: 'New', version: 2, updatedAt: expect.any(String) });
    expect(await world.ports.findProgramVersion('default', 1)).toEqual(before);
    expect(await world.ports.findProgramVersion('default', 2)).toEqual(after);
    expect(await world.ports.findProgram('default')).toEqual(after);
  });

  it('lets one of two win that change it at the same moment', async () => {
    const outcomes = await Promise.all([change({ name: 'A' }, 1), change({ name: 'B' }, 1)]);
    expect(tally(outcomes)).toEqual({ taken: 1, version_conflict: 1 });
    const won = outcomes.flatMap((one) => ('program' in one ? [one.program] : []));
    expect([await world.ports.findProgram('default')]).toEqual(won);
    expect(await world.ports.findProgramVersion('default', 3)).toBeUndefined();
  });

  it('refuses a change of a version that has passed, and says which stands', async () => {
    taken(await change({ name: 'A' }));
    expect(await change({ name: 'B' }, 1)).toMatchObject({
      refused: 'version_conflict',
      extra: { version: 2 },
    });
    expect(await change({ name: 'B' }, 3)).toMatchObject({
      refused: 'version_conflict',
      extra: { version: 2 },
    });
  });

  it('leaves no gap between versions, whatever it is asked to save', async () => {
    const current = await world.ports.findProgram('default');
    if (current === undefined) throw new Error('The default program is there');
    expect(await world.ports.saveProgram({ ...current, version: 3 })).toBe('conflict');
    expect(await world.ports.findProgramVersion('default', 3)).toBeUndefined();
  });

  it('makes no program of one that is unknown', async () => {
    expect(codeOf(await updateProgram(world.ports, 'none', { name: 'X' }, undefined))).toBe(
      'program_not_found',
    );
  });
});

describe('listVersions', () => {
  it('gives them newest first, in pages, each once', async () => {
    for (let i = 2; i <= 12; i++) taken(await change({ name: `Version ${i}` }));
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = taken(await listVersions(world.ports, 'default', { limit: 5, ...(cursor && { cursor }) }));
      seen.push(...page.versions.map(({ version }) => version));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('has no next page where the last version is on it', async () => {
    taken(await change({ name: 'Two' }));
    expect(taken(await listVersions(world.ports, 'default', { limit: 2 }))).not.toHaveProperty('nextCursor');
    expect(taken(await listVersions(world.ports, 'default', { limit: 2, cursor: '1' })).versions).toEqual([]);
  });

  it.each(['0', '-1', '1.5', 'x', '1e3', '9999999', ' 1'])('refuses the cursor %j', async (cursor) => {
    expect(codeOf(await listVersions(world.ports, 'default', { limit: 5, cursor }))).toBe('invalid_cursor');
  });

  it('knows no versions of an unknown program', async () => {
    expect(codeOf(await listVersions(world.ports, 'none', { limit: 5 }))).toBe('program_not_found');
  });
});

describe('deleteProgram', () => {
  const remove = (programId = 'spring') => deleteProgram(world.ports, programId);
  beforeEach(async () => {
    taken(await createProgram(world.ports, spring));
  });

  it('takes a program without participants out of use, and keeps its versions and its id', async () => {
    expect(await remove()).toMatchObject({ program: { ...spring, version: 1 } });
    expect(await world.ports.findProgram('spring')).toBeUndefined();
    expect((await world.ports.listPrograms({ limit: 10 }))?.items.map((one) => one.programId)).toEqual([
      'default',
    ]);
    expect(await world.ports.findProgramVersion('spring', 1)).toMatchObject(spring);
    expect(await createProgram(world.ports, spring)).toEqual({ refused: 'program_exists' });
    expect(await remove()).toEqual({ refused: 'program_not_found' });
  });

  it('refuses where somebody takes part, and for the default program', async () => {
    await linkOf(world.ports, 'alice', 'spring');
    expect(await remove()).toMatchObject({ refused: 'program_in_use' });
    expect(await remove('default')).toMatchObject({ refused: 'program_in_use' });
    expect(await world.ports.findProgram('spring')).toMatchObject(spring);
  });

  it('and a first participant exclude each other', async () => {
    for (let round = 0; round < 12; round++) {
      const programId = `race-${round}`;
      taken(await createProgram(world.ports, { ...spring, programId }));
      const [deleted, made] = await Promise.all([
        remove(programId),
        round % 2 === 0
          ? createLink(world.ports, { programId, userId: 'alice', createParticipant: true })
          : putParticipant(world.ports, programId, 'alice', round % 4 === 1 ? { status: 'inactive' } : {}),
      ]);
      const program = await world.ports.findProgram(programId);
      const alice = await world.ports.findParticipant(programId, 'alice');
      expect([isRefusal(deleted), isRefusal(made)].sort()).toEqual([false, true]);
      expect(program === undefined).toBe(isRefusal(made));
      expect(alice === undefined).toBe(isRefusal(made));
    }
  });

  it('is refused to whoever read the program before somebody took part, also after a change', async () => {
    const before = await world.ports.findProgram('spring');
    await linkOf(world.ports, 'alice', 'spring');
    const stale = { ...world.ports, findProgram: async () => before };
    expect(await deleteProgram(stale, 'spring')).toMatchObject({ refused: 'version_conflict' });
    taken(await updateProgram(stale, 'spring', { name: 'Later' }, undefined));
    expect(await world.ports.findProgram('spring')).toMatchObject({ name: 'Later', inUse: true });
    expect(await remove()).toMatchObject({ refused: 'program_in_use' });
    expect(await world.ports.findProgramVersion('spring', 2)).not.toHaveProperty('inUse');
  });

  it('lets nobody take part who read the program before', async () => {
    const before = await world.ports.findProgram('spring');
    await remove();
    let reads = 0;
    const findProgram = async (programId: string) =>
      reads++ === 0 ? before : world.ports.findProgram(programId);
    const input = { programId: 'spring', userId: 'alice', createParticipant: true };
    expect(codeOf(await createLink({ ...world.ports, findProgram }, input))).toBe('program_not_found');
    expect(await world.ports.findParticipant('spring', 'alice')).toBeUndefined();
  });

  testCost('costs the first participant, and no other', async () => {
    const cost = async (userId: string, programId = 'spring') =>
      (await measureWrites(world.table, () => linkOf(world.ports, userId, programId))).units;
    const usual = await cost('alice', 'default');
    expect(usual).toEqual({ table: 4, lists: 2 });
    expect((await cost('alice')).table).toBeGreaterThan(4);
    expect(await cost('bob')).toEqual(usual);
  });

  it('lets one of a change and a deletion through, and deletes once', async () => {
    const before = await world.ports.findProgram('spring');
    const stale = { ...world.ports, findProgram: async () => before };
    const outcomes = await atOnce(6, (i) =>
      i % 2 === 0
        ? deleteProgram(stale, 'spring')
        : updateProgram(stale, 'spring', { name: `Name ${i}` }, undefined),
    );
    expect(tally(outcomes)).toEqual({ taken: 1, version_conflict: 5 });
  });

  it('is never undone by a change that was under way', async () => {
    const before = await world.ports.findProgram('spring');
    await remove();
    const stale = { ...world.ports, findProgram: async () => before };
    expect(await updateProgram(stale, 'spring', { name: 'Back' }, undefined)).toMatchObject({
      refused: 'version_conflict',
    });
    expect(await world.ports.findProgram('spring')).toBeUndefined();
  });
});
