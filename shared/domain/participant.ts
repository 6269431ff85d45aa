import type { Program } from './programs/program.ts';
import type { Standing } from './rewards/fact.ts';
import { fieldsOf } from './rules/conditions.ts';

/** What holds for one participant in place of what the program says. What is left out is as the program says. */
export interface Policy {
  /** Percent, an exact decimal, in place of a rule's own. */
  readonly commissionRate?: string;
  /** In place of a rule's limit per referee; null: without limit. */
  readonly triggerLimit?: number | null;
  /** Whether new links and new referrals of theirs are taken. */
  readonly mayInvite: boolean;
}

/** The policy of whoever has been given none. */
export const usualPolicy: Policy = { mayInvite: true };

/** The customer's own data of a participant, which rules can look at as `referrer.fields.plan`. */
export type ParticipantFields = Readonly<Record<string, string | number | boolean>>;

/** What somebody is recognised by: keyed hashes, shown to nobody. The last that was given of each counts. */
export interface Identity {
  /** Of the normalised e-mail address. */
  readonly emailHash?: string;
  /** Of the domain of the address; empty where everybody can have an address there. */
  readonly domainHash?: string;
  readonly ipHash?: string;
  readonly deviceHash?: string;
  readonly paymentHash?: string;
  /** Of the user agent. */
  readonly agentHash?: string;
}

/** What cases of the review queue do to a participant. */
export interface Ban {
  /** How many cases ban them. */
  readonly cases: number;
  /** How they stood before the first. */
  readonly statusBefore: Participant['status'];
}

/** A user of the customer's product, inside a program. */
export interface Participant extends Identity {
  readonly programId: string;
  readonly userId: string;
  /** `inactive`: deactivated, earns nothing and invites nobody. */
  readonly status: 'active' | 'inactive';
  /** Set as long as a case bans them. */
  readonly ban?: Ban;
  readonly name?: string;
  /** The first of their codes; absent as long as they have no link. */
  readonly code?: string;
  /** How many links have been made. */
  readonly links: number;
  readonly policy?: Policy;
  readonly fields?: ParticipantFields;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** What somebody is recognised by, of all that is known of them. */
export function identityOf(participant: Identity): Identity {
  const { emailHash, domainHash, ipHash, deviceHash, paymentHash, agentHash } = participant;
  const all = { emailHash, domainHash, ipHash, deviceHash, paymentHash, agentHash };
  return Object.fromEntries(Object.entries(all).filter(([, hash]) => typeof hash === 'string'));
}

/** What of a participant may be shown. */
export function withoutIdentity<One extends Identity>(participant: One): Omit<One, keyof Identity> {
  const {
    emailHash: _,
    domainHash: __,
    ipHash: ___,
    deviceHash: ____,
    paymentHash: _____,
    agentHash: ______,
    ...rest
  } = participant;
  return rest;
}

/** Whether new links and referrals of a participant are taken. */
export function mayInvite(participant: Pick<Participant, 'status' | 'policy'>): boolean {
  return participant.status === 'active' && (participant.policy ?? usualPolicy).mayInvite;
}

/**
 * How a participant stands, as the terms of an event keep it: only what differs from the usual, and of their fields
 * only those that the program's conditions look at, so that nothing else of a person gets into a journal.
 *
 * @param participant undefined for a user who is none
 * @param fields names of the fields to keep: {@link participantFieldsOf}
 * @param tierId the tier that the participant has reached, if any
 */
export function standingOf(
  participant: Pick<Participant, 'status' | 'policy' | 'fields'> | undefined,
  fields: ReadonlySet<string>,
  tierId?: string,
): Standing {
  const { status, policy = usualPolicy } = participant ?? {};
  const kept = Object.entries(participant?.fields ?? {}).filter(([name]) => fields.has(name));
  return {
    ...(status === 'inactive' && { inactive: true }),
    ...(tierId !== undefined && { tierId }),
    ...(policy.commissionRate !== undefined && { rate: policy.commissionRate }),
    ...(policy.triggerLimit !== undefined && { triggerLimit: policy.triggerLimit }),
    ...(kept.length > 0 && { fields: Object.fromEntries(kept) }),
  };
}

const fieldPath = /^(?:referrer|referee)\.fields\.(.+)$/;

/** Names of the participants' fields that a program's conditions look at. */
export function participantFieldsOf(program: Pick<Program, 'rules'>): ReadonlySet<string> {
  const paths = program.rules.flatMap((rule) => fieldsOf(rule.conditions));
  return new Set(paths.flatMap((path) => fieldPath.exec(path)?.[1] ?? []));
}
