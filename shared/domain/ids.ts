import { createHash } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Writes 16 bytes as 26 characters of Crockford's base 32, lower case. */
export function toBase32(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes.subarray(0, 16)) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (let i = 0; i < 26; i++) {
    text = (alphabet[Number(value & 31n)] ?? '') + text;
    value >>= 5n;
  }
  return text;
}

function digest(...parts: string[]): string {
  return toBase32(createHash('sha256').update(parts.join('\n')).digest());
}

/**
 * The name of a participant in keys and ids: 26 characters that are the same for the same user of the same program.
 * Ids that contain it (`ref_…`, `rwd_…`, `pay_…`) say by themselves where their record is, and carry no user id.
 */
export function participantKey(programId: string, userId: string): string {
  return digest('participant', programId, userId);
}

/** The name of an event in keys: one for each id in a program. */
export function eventKey(programId: string, eventId: string): string {
  return digest('event', programId, eventId);
}

/** A referral is the referee's: a user has at most one in a program. */
export function referralIdOf(refereeKey: string): string {
  return `ref_${refereeKey}`;
}

/** The referee's key within a referral's id. */
export function refereeKeyOf(referralId: string): string {
  return referralId.slice('ref_'.length);
}

/** Where a reward is kept: in the journal of a referee, or as a participant's milestone. */
export type RewardPlace =
  | {
      readonly in: 'journal';
      readonly participantKey: string;
      readonly position: number;
      readonly part: number;
    }
  | { readonly in: 'milestone'; readonly participantKey: string; readonly milestoneId: string };

/** The id of the reward that a journal entry made; `part` counts the entry's rewards from 0. */
export function journalRewardId(refereeKey: string, position: number, part: number): string {
  return `rwd_${refereeKey}_${position}_${part}`;
}

/** The id of the reward for a milestone: the same before and after it is granted. */
export function milestoneRewardId(key: string, milestoneId: string): string {
  return `rwd_${key}_m-${milestoneId}`;
}

/** Finds the place that a reward's id names; undefined if it is none of ours. */
export function parseRewardId(rewardId: string): RewardPlace | undefined {
  const journal = /^rwd_([0-9a-z]{26})_([1-9]\d{0,5})_(0|[1-9]\d?)$/.exec(rewardId);
  if (journal?.[1] && journal[2] && journal[3]) {
    return {
      in: 'journal',
      participantKey: journal[1],
      position: Number(journal[2]),
      part: Number(journal[3]),
    };
  }
  const milestone = /^rwd_([0-9a-z]{26})_m-([a-z0-9-]{1,32})$/.exec(rewardId);
  if (milestone?.[1] && milestone[2]) {
    return { in: 'milestone', participantKey: milestone[1], milestoneId: milestone[2] };
  }
  return undefined;
}

/** The id of a payout: the participant's key and a ULID in lower case. */
export function payoutIdOf(key: string, ulid: string): string {
  return `pay_${key}_${ulid}`;
}

/** The parts of a payout's id. */
export function parsePayoutId(payoutId: string): { participantKey: string; ulid: string } | undefined {
  const match = /^pay_([0-9a-z]{26})_([0-9a-z]{26})$/.exec(payoutId);
  return match?.[1] && match[2] ? { participantKey: match[1], ulid: match[2] } : undefined;
}
