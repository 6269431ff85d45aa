import { beforeEach, describe, expect, it } from 'vitest';
import {
  currentKey,
  keySetTimes,
  type SigningKeys,
  shownKeys,
} from '../../../shared/domain/access/signing-keys.ts';
import type { AuditEntry } from '../../../shared/domain/audit.ts';
import { system } from '../../../shared/runtime/system.ts';
import { makeSigningKey, type SigningKeyPorts } from '../../../shared/usecases/access/make-signing-key.ts';
import {
  type RotateSigningKeysPorts,
  rotateSigningKeys,
} from '../../../shared/usecases/access/rotate-signing-keys.ts';

const { leadMs, longestTokenMs, marginMs } = keySetTimes;
const operator = { keyId: 'k1', requestId: 'r1' };

/** A secret whose versions replace each other as those of Secrets Manager do, and an audit log. */
class World {
  now = Date.parse('2026-11-21T10:00:00Z');
  keys: SigningKeys = [];
  version: string | undefined;
  readonly entries = new Map<string, AuditEntry>();
  /** The call, counted from 1, at which a run dies: before it, or after. */
  dies: { readonly at: number; readonly after: boolean } | undefined;
  calls = 0;

  async step<Value>(act: () => Value): Promise<Value> {
    this.calls += 1;
    await new Promise(setImmediate);
    const isHere = this.calls === this.dies?.at;
    if (isHere && !this.dies?.after) throw new Error('died');
    const value = act();
    if (isHere) throw new Error('died');
    return value;
  }

  ports(requestId = operator.requestId): RotateSigningKeysPorts & SigningKeyPorts {
    return {
      now: () => this.now,
      ulid: system.ulid,
      operator: { ...operator, requestId },
      readSigningKeys: () => this.step(() => ({ keys: this.keys, version: this.version })),
      replaceSigningKeys: (keys, over) =>
        this.step(() => {
          if (over !== this.version) return 'conflict';
          this.keys = keys;
          this.version = `after ${over}`;
          return 'replaced';
        }),
      generateSigningJwk: async () => ({ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }),
      addAudit: (entry) =>
        this.step(() => {
          if (!this.entries.has(entry.auditId)) this.entries.set(entry.auditId, entry);
        }),
    };
  }

  rotate(withdraw = false, requestId?: string, kid = system.ulid(this.now)): Promise<unknown> {
    return rotateSigningKeys(this.ports(requestId), { withdraw, kid });
  }
}

let world: World;
beforeEach(async () => {
  world = new World();
  await makeSigningKey(world.ports());
  world.calls = 0;
});
const kids = () => world.keys.map(({ kid }) => kid);

describe('the first key', () => {
  it('signs at once, and is nobody’s word', () => {
    expect(world.keys).toMatchObject([{ signsFrom: world.now }]);
    expect(world.keys[0]).not.toHaveProperty('rotation');
  });

  it('stays, however often a deployment runs', async () => {
    const before = kids();
    await makeSigningKey(world.ports());
    expect(kids()).toEqual(before);
  });

  it('is one, of several that are made at the same moment', async () => {
    world = new World();
    await Promise.all(Array.from({ length: 10 }, () => makeSigningKey(world.ports())));
    expect(world.keys).toHaveLength(1);
  });
});

describe('a rotation', () => {
  it('adds the key that signs next, with an entry of the audit log', async () => {
    await world.rotate();
    const next = world.keys[1];
    expect(next).toMatchObject({ signsFrom: world.now + leadMs });
    expect([...world.entries.values()]).toEqual([
      {
        auditId: `aud_${next?.kid}`,
        programId: '*',
        actor: { type: 'api_key', id: 'k1' },
        action: 'signing_key.rotated',
        target: { type: 'signing_key', id: next?.kid },
        before: null,
        after: { signsFrom: '2026-11-21T10:30:00.000Z' },
        requestId: 'r1',
        at: '2026-11-21T10:00:00.000Z',
      },
    ]);
  });

  it('changes nothing while a key waits for its time', async () => {
    await world.rotate();
    const before = world.keys;
    world.now += leadMs - 1;
    expect(await world.rotate(false, 'r2')).toEqual(before);
    expect(world.entries.size).toBe(1);
    world.now += 1;
    await world.rotate(false, 'r3');
    expect(world.keys).toHaveLength(3);
    expect(world.entries.size).toBe(2);
  });

  it('forgets, with their private parts, the keys whose tokens have ended', async () => {
    await world.rotate();
    const [first, second] = kids();
    world.now += leadMs + longestTokenMs + marginMs;
    await world.rotate();
    expect(kids()).not.toContain(first);
    expect(kids()[0]).toBe(second);
  });

  it('is one, of twenty that race', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => world.rotate(false, `r${index}`)));
    expect(world.keys).toHaveLength(2);
    expect(world.entries.size).toBe(1);
  });
});

describe('a rotation by the clock', () => {
  const days = 86_400_000;
  const tick = () =>
    rotateSigningKeys(
      { ...world.ports(), operator: undefined },
      { kid: system.ulid(world.now), withdraw: false, unlessYoungerThanMs: 90 * days },
    );

  it('is made when the newest key is old enough, by nobody’s word', async () => {
    world.now += 90 * days - 1;
    await tick();
    expect(world.keys).toHaveLength(1);
    world.now += 1;
    await tick();
    expect(world.keys).toMatchObject([{}, { createdAt: world.now, signsFrom: world.now + leadMs }]);
    expect(world.entries.size).toBe(0);
  });

  it('is one every ninety days, with a run each day, and no valid token ends by it', async () => {
    const made = new Set<string>();
    const [first = ''] = kids();
    for (let day = 0; day < 400; day++) {
      world.now += days;
      const issuedBy = currentKey(world.keys, world.now)?.kid;
      await Promise.all([tick(), tick()]);
      await tick();
      for (const kid of kids()) made.add(kid);
      const end = world.now + longestTokenMs;
      expect(shownKeys(world.keys, end).map(({ kid }) => kid)).toContain(issuedBy);
    }
    made.delete(first);
    expect(made.size).toBe(4);
  });

  it('waits anew after one by hand, and says what that left unsaid', async () => {
    world.now += 60 * days;
    Object.assign(world, { calls: 0, dies: { at: 2, after: true } });
    await expect(world.rotate()).rejects.toThrow('died');
    world.now += 40 * days;
    await tick();
    expect(world.keys).toHaveLength(2);
    expect([...world.entries.keys()]).toEqual([`aud_${kids()[1]}`]);
  });
});

describe('a withdrawal', () => {
  it('leaves one new key alone, and says which it took back', async () => {
    await world.rotate();
    const before = kids();
    await world.rotate(true, 'r2');
    expect(world.keys).toMatchObject([{ signsFrom: world.now }]);
    expect(before).not.toContain(kids()[0]);
    expect([...world.entries.values()].at(-1)).toMatchObject({ before: { withdrawn: before } });
  });

  it('is done once, where the same request is worked out again', async () => {
    const kid = system.ulid(world.now);
    await world.rotate(true, 'r2', kid);
    const { keys } = world;
    expect(await world.rotate(true, 'r2', kid)).toEqual(keys);
    expect(world.keys).toEqual(keys);
    expect(world.entries.size).toBe(1);
  });

  it('is lost to nobody where it races with rotations', async () => {
    const before = kids();
    await Promise.all([world.rotate(true), ...Array.from({ length: 10 }, () => world.rotate())]);
    expect(kids()).not.toContain(before[0]);
    expect(world.keys.length).toBeLessThanOrEqual(2);
    expect(world.entries.size).toBeGreaterThanOrEqual(1);
  });
});

describe('a run that dies', () => {
  it.each([false, true])('leaves what the next finishes (withdraws: %s)', async (withdraw) => {
    for (const after of [false, true]) {
      for (let at = 1; ; at++) {
        world = new World();
        await makeSigningKey(world.ports());
        const [first] = kids();
        Object.assign(world, { calls: 0, dies: { at, after } });
        const outcome = await world.rotate(withdraw).catch(() => 'died');
        if (outcome !== 'died') break;
        await world.rotate(withdraw, 'r2');
        const noted = [...world.entries.values()].map(({ target }) => target.id);
        expect(kids().every((kid) => kid === first || noted.includes(kid))).toBe(true);
        expect(kids().includes(first ?? '')).toBe(!withdraw);
        expect(kids()).toHaveLength(withdraw ? 1 : 2);
      }
    }
  });
});
