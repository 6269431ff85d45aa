import { describe, expect, it } from 'vitest';
import type { ApiKey } from '../../../shared/domain/access/api-key.ts';
import type { Program } from '../../../shared/domain/programs/program.ts';
import { makeHasher } from '../../../shared/runtime/hasher.ts';
import { system } from '../../../shared/runtime/system.ts';
import { matchesApiKey, parseApiKey } from '../../../shared/usecases/access/api-key.ts';
import { type SetUpPorts, setUp } from '../../../shared/usecases/access/set-up.ts';

/** A deployment in memory that can be made to die after so many writes. */
function deployment(kept?: string) {
  const state = {
    programs: [] as Program[],
    key: kept,
    records: new Map<string, ApiKey>(),
    writesLeft: Number.POSITIVE_INFINITY,
  };
  const hasher = makeHasher('a secret');
  const write = async <Result>(change: () => Result): Promise<Result> => {
    if (state.writesLeft-- <= 0) throw new Error('killed');
    return change();
  };
  const ports: SetUpPorts = {
    ...system,
    ...hasher,
    saveProgram: (program) =>
      write(() => {
        if (state.programs.length > 0) return 'conflict';
        state.programs.push(program);
        return 'saved';
      }),
    readFirstKey: async () => state.key,
    keepFirstKey: (apiKey) =>
      write(() => {
        state.key = apiKey;
      }),
    storeApiKey: (record) =>
      write(() => {
        if (state.records.has(record.keyId)) return 'exists';
        state.records.set(record.keyId, record);
        return 'stored';
      }),
  };
  const keyWorks = (): boolean => {
    const parts = parseApiKey(state.key ?? '');
    const record = parts && state.records.get(parts.keyId);
    return (
      record !== undefined && matchesApiKey(hasher, parts?.secret ?? '', record, new Date().toISOString())
    );
  };
  return { state, ports, keyWorks };
}

const run = (ports: SetUpPorts) => setUp(ports, 'https://example.com/');

describe('setUp', () => {
  it('makes the default program and one key that works', async () => {
    const { state, ports, keyWorks } = deployment();
    await run(ports);
    expect(state.programs).toEqual([
      expect.objectContaining({ programId: 'default', version: 1, destination: 'https://example.com/' }),
    ]);
    expect([...state.records.values()]).toEqual([
      expect.objectContaining({ name: 'first key', scopes: ['*'] }),
    ]);
    expect(keyWorks()).toBe(true);
  });

  it('changes nothing when it runs again', async () => {
    const { state, ports, keyWorks } = deployment();
    await run(ports);
    const key = state.key;
    await run(ports);
    expect(state.key).toBe(key);
    expect(state.records.size).toBe(1);
    expect(state.programs).toHaveLength(1);
    expect(keyWorks()).toBe(true);
  });

  it.each([0, 1, 2, 3])(
    'killed after %d writes, is finished by the next run, with one key',
    async (writes) => {
      const { state, ports, keyWorks } = deployment();
      state.writesLeft = writes;
      await run(ports).catch(() => undefined);
      state.writesLeft = Number.POSITIVE_INFINITY;
      await run(ports);
      expect(state.records.size).toBe(1);
      expect(state.programs).toHaveLength(1);
      expect(keyWorks()).toBe(true);
    },
  );

  it('replaces a value of the secret that is no key, as a new secret holds one', async () => {
    const { keyWorks, ports } = deployment('{"placeholder":"x"}');
    await run(ports);
    expect(keyWorks()).toBe(true);
  });
});
