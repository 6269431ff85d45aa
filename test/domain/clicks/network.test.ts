import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../../shared/domain/clicks/network.ts';

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:c000:201', '192.0.2.1'],
  ['0:0:0:0:0:ffff:1.2.3.4', '1.2.3.4'],
  ['64:ff9b::203.0.113.7', '203.0.113.7'],
  ['64:ff9b::cb00:7107%eth0', '203.0.113.7'],
  ['64:ff9b:1::cb00:7107', '64:ff9b:1:0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2:3:4:1.2.3.4', '2001:db8:1:2'],
  ['2001:DB8:0001:0002:ffff::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['2001:db8:1::', '2001:db8:1:0'],
  ['::1', '0:0:0:0'],
  ['::', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
])('%s lies in the network %s', (ip, network) => expect(networkOf(ip)).toBe(network));

describe('an IPv4 address', () => {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  const spellings: ((a: number, b: number, c: number, d: number) => string)[] = [
    (...bytes) => bytes.join('.'),
    (...bytes) => `::ffff:${bytes.join('.')}`,
    (...bytes) => `0:0:0:0:0:FFFF:${bytes.join('.')}`,
    (a, b, c, d) => `::ffff:${hex(a * 256 + b, 1)}:${hex(c * 256 + d, 1)}`,
    (a, b, c, d) => `0000:0000:0000:0000:0000:ffff:${hex(a * 256 + b, 4)}:${hex(c * 256 + d, 4)}`,
    (a, b, c, d) => `0::ffff:${hex(a * 256 + b, 4)}:${hex(c * 256 + d, 1)}`,
    (...bytes) => `64:ff9b::${bytes.join('.')}`,
    (a, b, c, d) => `0064:ff9b:0:0::${hex(a * 256 + b, 1)}:${hex(c * 256 + d, 1)}`,
  ];
  const byte = fc.nat(255);

  it('is itself, however IPv6 spells it', () => {
    fc.assert(
      fc.property(byte, byte, byte, byte, fc.constantFrom(...spellings), (a, b, c, d, spell) => {
        expect(networkOf(spell(a, b, c, d))).toBe(`${a}.${b}.${c}.${d}`);
      }),
    );
  });
});
