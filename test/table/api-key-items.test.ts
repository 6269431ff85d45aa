import { describe, expect, it } from 'vitest';
import type { ApiKey } from '../../shared/domain/access/api-key.ts';
import { apiKeyItems } from '../../shared/table/api-key-items.ts';
import { createApiKey } from '../../shared/usecases/access/create-api-key.ts';
import { revokeApiKey } from '../../shared/usecases/access/revoke-api-key.ts';
import { rotateApiKey } from '../../shared/usecases/access/rotate-api-key.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, codeOf, taken, tally, testCost, useTable } from './use-table.ts';

const world = useTable();
const root: ApiKey = {
  keyId: 'root000000',
  name: 'first key',
  secretHash: 'h',
  scopes: ['*'],
  createdAt: '2026-11-21T00:00:00.000Z',
};
const items = () => apiKeyItems(world.table);
const by = (keyId = root.keyId) => ({
  ...world.ports,
  ...items(),
  operator: { keyId, requestId: 'r' },
});
const wish = { name: 'shop', scopes: ['links:write'] };

/** A maker that may do all, and a key that it made. */
async function begin(): Promise<ApiKey> {
  await items().storeApiKey(root);
  return taken(await createApiKey(by(), wish)).apiKey;
}

describe('a key in the table', () => {
  it('is found as it was stored, also where it expires', async () => {
    const apiKey = { ...root, programs: ['default'], expiresAt: '2027-01-01T00:00:00.000Z' };
    await items().storeApiKey(apiKey);
    expect(await items().findApiKey(root.keyId)).toEqual(apiKey);
    expect(await items().storeApiKey({ ...root, name: 'another' })).toBe('exists');
    expect((await items().listApiKeys({ limit: 10 }))?.items).toEqual([apiKey]);
  });

  it('is made once by a call that is worked out twice, under the same ids', async () => {
    await items().storeApiKey(root);
    const random = (bytes: number) => new Uint8Array(bytes).fill(7);
    const ports = { ...by(), random };
    const [first, second] = [taken(await createApiKey(ports, wish)), taken(await createApiKey(ports, wish))];
    expect(second).toEqual(first);
    const { keyId } = first.apiKey;
    const fixed = { ...by(), random: (bytes: number) => new Uint8Array(bytes).fill(8) };
    const rotations = await atOnce(2, () => rotateApiKey(fixed, keyId, 60));
    expect(taken(rotations[0] as never)).toEqual(taken(rotations[1] as never));
    expect((await items().findApiKey(keyId))?.earlier).toHaveLength(1);
  });

  it('opens by the secret of each of many rotations that race, or refuses them', async () => {
    const { keyId } = await begin();
    const outcomes = await atOnce(8, () => rotateApiKey(by(), keyId, 3_600));
    expect(tally(outcomes)).toEqual({ taken: 4, api_key_rotated_too_often: 4 });
    expect((await items().findApiKey(keyId))?.earlier).toHaveLength(4);
  });

  it('stays revoked, whoever rotates it meanwhile', async () => {
    const { keyId } = await begin();
    await Promise.all([revokeApiKey(by(), keyId), ...(await atOnce(3, () => rotateApiKey(by(), keyId, 0)))]);
    expect((await items().findApiKey(keyId))?.revokedAt).toBeDefined();
    expect(codeOf(await rotateApiKey(by(), keyId, 0))).toBe('api_key_inactive');
  });

  it('makes nothing after it was revoked, however they race', async () => {
    await items().storeApiKey(root);
    for (let round = 0; round < 5; round++) {
      const maker = taken(await createApiKey(by(), { name: 'maker', scopes: ['*'] })).apiKey;
      const [made] = await Promise.all([
        createApiKey(by(maker.keyId), wish),
        revokeApiKey(by(), maker.keyId),
      ]);
      if ('refused' in made) expect(made.refused).toBe('revoked_key');
      expect(codeOf(await createApiKey(by(maker.keyId), wish))).toBe('revoked_key');
    }
  });
});

describe('costs', () => {
  const costOf = async (work: () => Promise<unknown>) => (await measureWrites(world.table, work)).units;

  testCost('of a key that is made, rotated and revoked', async () => {
    await items().storeApiKey(root);
    let keyId = '';
    const made = await costOf(async () => {
      keyId = taken(await createApiKey(by(), wish)).apiKey.keyId;
    });
    // The key with its place in the list, the check of its maker, and the entry of the audit log.
    expect(made).toEqual({ table: 6, lists: 2 });
    expect(await costOf(() => rotateApiKey(by(), keyId, 60))).toEqual({ table: 6, lists: 2 });
    expect(await costOf(() => rotateApiKey(by(), root.keyId, 60))).toEqual({ table: 4, lists: 2 });
    expect(await costOf(() => revokeApiKey(by(), keyId))).toEqual({ table: 6, lists: 2 });
    expect(await costOf(() => revokeApiKey(by(), keyId))).toEqual({ table: 0, lists: 0 });
  });

  testCost('of a note that a key was used', async () => {
    expect(await costOf(() => items().noteKeyUse(root.keyId, root.createdAt))).toEqual({
      table: 1,
      lists: 0,
    });
  });
});
