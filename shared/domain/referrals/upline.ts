import type { Referral } from './referral.ts';

/** Whose the referral of a user is, where they have one that stands, as it was read; undefined: they have none. */
export interface Edge {
  readonly userId: string;
  readonly referrerId: string | undefined;
}

/** How many levels of who invited whom a referral keeps. */
export const uplineLevels = 10;

/** Whether a referral is an edge of the graph of who invited whom: every one that has not been rejected. */
export function stands(referral: Pick<Referral, 'status'> | undefined): boolean {
  return referral !== undefined && referral.status !== 'rejected';
}

export function edgeOf(userId: string, referral: Referral | undefined): Edge {
  return { userId, referrerId: stands(referral) ? referral?.referrerId : undefined };
}

/**
 * Everybody above somebody whom a referrer brings: the referrer, who invited them, and so on, at most ten.
 *
 * @param ofReferrer the referrer's own referral, if there is one
 */
export function uplineThrough(referrerId: string, ofReferrer: Referral | undefined): readonly string[] {
  const above = stands(ofReferrer) ? (ofReferrer?.upline ?? []) : [];
  return [referrerId, ...above].slice(0, uplineLevels);
}

/** One step of the chain above a participant; level 1 is who invited them. */
export interface UplineStep {
  readonly level: number;
  readonly userId: string;
}

/** The chain above somebody, by their own referral. */
export function uplineOf(referral: Referral | undefined): readonly UplineStep[] {
  if (!stands(referral)) return [];
  return (referral?.upline ?? []).map((userId, index) => ({ level: index + 1, userId }));
}
