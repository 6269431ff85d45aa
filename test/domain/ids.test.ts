import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { payoutId, referralId, rewardId } from '../../shared/contract/fields.ts';
import {
  eventKey,
  journalRewardId,
  milestoneRewardId,
  parsePayoutId,
  parseRewardId,
  participantKey,
  payoutIdOf,
  refereeKeyOf,
  referralIdOf,
  toBase32,
} from '../../shared/domain/ids.ts';

const userIds = fc.stringMatching(/^[A-Za-z0-9._:@|+-]{1,128}$/);
const programIds = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/);
const keys = fc.tuple(programIds, userIds).map(([programId, userId]) => participantKey(programId, userId));

describe('toBase32', () => {
  it.each([
    [new Uint8Array(16), '0'.repeat(26)],
    [new Uint8Array(16).fill(255), `7${'z'.repeat(25)}`],
    [Uint8Array.from([...new Uint8Array(15), 33]), `${'0'.repeat(24)}11`],
  ])('%#', (bytes, text) => expect(toBase32(bytes)).toBe(text));

  it('loses nothing of 16 bytes, and leaves the rest out', () => {
    const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 40 }), (bytes) => {
        const value = [...toBase32(bytes)].reduce((sum, c) => sum * 32n + BigInt(alphabet.indexOf(c)), 0n);
        const back = value.toString(16).padStart(32, '0');
        expect(back).toBe(Buffer.from(bytes.subarray(0, 16)).toString('hex'));
      }),
    );
  });
});

describe('keys', () => {
  it('are the same for the same user of the same program, and no others', () => {
    const names = [
      participantKey('default', 'alice'),
      participantKey('default', 'Alice'),
      participantKey('defaulta', 'lice'),
      participantKey('other', 'alice'),
      eventKey('default', 'alice'),
    ];
    expect(new Set(names).size).toBe(names.length);
    expect(participantKey('default', 'alice')).toBe(names[0]);
  });

  it('never change: what is stored under them would be lost', () => {
    const digest = createHash('sha256').update('participant\ndefault\nalice').digest();
    expect(participantKey('default', 'alice')).toBe(toBase32(digest));
    expect(participantKey('default', 'alice')).toMatchInlineSnapshot(`"7dhpt0yfw78tswpgp6kg6ppnxf"`);
    expect(eventKey('default', 'evt-1')).toMatchInlineSnapshot(`"1fmpfjk8esa38adjq1979mt7ex"`);
  });

  it('carry no user id', () => {
    fc.assert(
      fc.property(programIds, userIds, (programId, userId) => {
        expect(participantKey(programId, userId)).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/);
      }),
    );
  });
});

describe('ids', () => {
  it('of referrals lead back to the referee, and are what the contract takes', () => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(refereeKeyOf(referralIdOf(key))).toBe(key);
        expect(referralId.safeParse(referralIdOf(key)).success).toBe(true);
      }),
    );
  });

  it('of rewards from events lead back to their place in the journal', () => {
    fc.assert(
      fc.property(
        keys,
        fc.integer({ min: 1, max: 999_999 }),
        fc.integer({ min: 0, max: 99 }),
        (key, position, part) => {
          const id = journalRewardId(key, position, part);
          expect(rewardId.safeParse(id).success).toBe(true);
          expect(parseRewardId(id)).toEqual({ in: 'journal', participantKey: key, position, part });
        },
      ),
    );
  });

  it('of rewards from milestones lead back to the milestone', () => {
    fc.assert(
      fc.property(keys, fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/), (key, milestoneId) => {
        const id = milestoneRewardId(key, milestoneId);
        expect(rewardId.safeParse(id).success).toBe(true);
        expect(parseRewardId(id)).toEqual({ in: 'milestone', participantKey: key, milestoneId });
      }),
    );
  });

  it('of payouts lead back to participant and time', () => {
    fc.assert(
      fc.property(keys, fc.ulid(), (key, ulid) => {
        const id = payoutIdOf(key, ulid.toLowerCase());
        expect(payoutId.safeParse(id).success).toBe(true);
        expect(parsePayoutId(id)).toEqual({ participantKey: key, ulid: ulid.toLowerCase() });
      }),
    );
  });

  const key = participantKey('default', 'alice');
  it.each([
    '',
    'rwd_',
    key,
    `rwd_${key}`,
    `rwd_${key}_1`,
    `rwd_${key}_0_0`,
    `rwd_${key}_01_0`,
    `rwd_${key}_1_00`,
    `rwd_${key}_1_01`,
    `rwd_${key}_1_-1`,
    `rwd_${key}_1000000_0`,
    `rwd_${key}_1_100`,
    `rwd_${key}_1_0_0`,
    `rwd_${key}_m-`,
    `rwd_${key}_m-Bronze`,
    `rwd_${key}_m-${'a'.repeat(33)}`,
    `rwd_${key.toUpperCase()}_1_0`,
    `rwd_${key}_1_0\n`,
    ` rwd_${key}_1_0`,
    `ent_${key}_1_0`,
    'rwd_PARTICIPANT#x_1_0',
  ])('of no reward of ours: %j', (id) => expect(parseRewardId(id)).toBeUndefined());

  it.each([
    '',
    'pay_',
    `pay_${key}`,
    `pay_${key}_1`,
    `pay_${key}_${key}_${key}`,
    `pay_${key}_${key} `,
    `rwd_${key}_${key}`,
  ])('of no payout of ours: %j', (id) => expect(parsePayoutId(id)).toBeUndefined());

  it('of any other text are of nothing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseRewardId(text)).toBeUndefined();
        expect(parsePayoutId(text)).toBeUndefined();
      }),
    );
  });
});
