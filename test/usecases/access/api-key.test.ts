import { describe, expect, it } from 'vitest';
import { makeHasher } from '../../../shared/runtime/hasher.ts';
import { system } from '../../../shared/runtime/system.ts';
import {
  describeApiKey,
  drawApiKey,
  matchesApiKey,
  parseApiKey,
} from '../../../shared/usecases/access/api-key.ts';

const ports = { ...system, ...makeHasher('a secret') };

describe('an API key', () => {
  it('is of its form, and never drawn twice', () => {
    const keys = Array.from({ length: 100 }, () => drawApiKey(system));
    expect(keys.every((key) => parseApiKey(key) !== undefined)).toBe(true);
    expect(new Set(keys).size).toBe(100);
  });

  it('is stored without itself, and matches its record alone', () => {
    const [one, other] = [drawApiKey(system), drawApiKey(system)];
    const record = describeApiKey(ports, one, 'server', { scopes: ['*'] });
    const at = '2026-11-21T00:00:00.000Z';
    const secret = parseApiKey(one)?.secret ?? '';
    expect(JSON.stringify(record)).not.toContain(secret);
    expect(matchesApiKey(ports, secret, record, at)).toBe(true);
    expect(matchesApiKey(ports, parseApiKey(other)?.secret ?? '', record, at)).toBe(false);
    expect(matchesApiKey(makeHasher('another secret'), secret, record, at)).toBe(false);
    expect(matchesApiKey(ports, secret, { ...record, secretHash: '' }, at)).toBe(false);
  });

  const key = `po_0123456789_${'a'.repeat(43)}`;
  it.each([
    '',
    'po_',
    key.slice(0, -1),
    `${key}a`,
    key.toUpperCase(),
    ` ${key}`,
    `${key}\n`,
    key.replace('po', 'sk'),
  ])('is not %j', (text) => {
    expect(parseApiKey(text)).toBeUndefined();
    expect(() => describeApiKey(ports, text, 'x', { scopes: [] })).toThrow('not of its form');
  });
});
