import { classifyVisit, type Visit, type VisitKind } from '../../domain/clicks/visit.ts';
import { emailDomain } from '../../domain/fraud/email-address.ts';
import { type FraudVerdict, judgeSignUp } from '../../domain/fraud/judge-sign-up.ts';
import { type KeptSignals, keepSignals } from '../../domain/fraud/kept-signals.ts';
import { needsOf } from '../../domain/fraud/settings.ts';
import {
  type Brought,
  type Fingerprints,
  type Person,
  personName,
  type Signals,
} from '../../domain/fraud/signals.ts';
import type { Identity, Participant } from '../../domain/participant.ts';
import type { Program } from '../../domain/programs/program.ts';
import { type IdentifyPorts, identify, type PersonInput } from './identify.ts';

/** Earlier sign-ups, as far as they were asked for. */
export interface Earlier {
  readonly uses: Signals['uses'];
  readonly brought: readonly Brought[];
}

export interface JudgeNewReferralPorts extends IdentifyPorts {
  /** Whether a kept list takes a user agent for a machine's. */
  isBotAgent(userAgent: string): boolean;
  /** Whether a kept list has a domain as one of addresses to throw away. */
  isDisposableDomain(domain: string): Promise<boolean>;
  findClick(clickId: string): Promise<{ visit: Visit } | undefined>;
  readEarlier(
    of: { programId: string; referrerId?: string | undefined; fingerprints: Fingerprints },
    now: number,
  ): Promise<Earlier>;
}

/** A sign-up whose referrer has been found. */
export interface NewReferral {
  readonly program: Program;
  readonly referrer: Participant;
  readonly refereeId: string;
  /** Who the referee is, if they are a participant already. */
  readonly referee: Participant | undefined;
  readonly person: PersonInput;
  readonly code: string;
  readonly clickId?: string | undefined;
  /** Whether the browser saw the page to which the click led, where that is told. */
  readonly landed?: boolean | undefined;
  readonly uplineIds: readonly string[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What is written with a sign-up, so that later ones can be compared with it. */
export interface Footprint {
  readonly at: number;
  readonly code: string;
  readonly fingerprints: Fingerprints;
  readonly earlier: Earlier;
}

export interface Judged {
  readonly verdict: FraudVerdict;
  /** What the referee is recognised by from now on, as far as the sign-up says. */
  readonly identity: Identity;
  readonly footprint: Footprint;
  /** What the rules saw, to be judged by other settings later. */
  readonly seen: KeptSignals;
}

/**
 * Judges a sign-up by the fraud rules of its program. Reads only what rules need that are on: the click, if it has one,
 * and in one batch an item for the referrer and one for each fingerprint that came with it.
 */
export async function judgeNewReferral(ports: JudgeNewReferralPorts, signUp: NewReferral): Promise<Judged> {
  const { program, referrer, referee, refereeId, person, code, landed, at } = signUp;
  const { programId } = program;
  const { email } = person;
  const isDisposable = email !== undefined && (await ports.isDisposableDomain(emailDomain(email)));
  // That two addresses are of one disposable domain says nothing more.
  const identity = { ...(await identify(ports, person)), ...(isDisposable && { domainHash: '' }) };
  const needs = needsOf(program.fraud);
  const given = personOf(programId, refereeId, identity);
  const fingerprints = {
    ...(given.ip !== undefined && needs.has('ip') && { ip: given.ip }),
    ...(given.device !== undefined && needs.has('device') && { device: given.device }),
    ...(given.payment !== undefined && needs.has('payment') && { payment: given.payment }),
  };
  const referrerId = needs.has('brought') ? referrer.userId : undefined;
  const [click, earlier] = await Promise.all([
    signUp.clickId === undefined ? undefined : ports.findClick(signUp.clickId),
    ports.readEarlier({ programId, referrerId, fingerprints }, at),
  ]);
  const sentBy = senderOf(ports, person);
  const signals: Signals = {
    now: at,
    referrer: personOf(programId, referrer.userId, referrer),
    referee: { ...(referee && personOf(programId, refereeId, referee)), ...given },
    isDisposable,
    ...(sentBy !== undefined && { sentBy }),
    code,
    ...(click !== undefined && { click: click.visit }),
    ...(landed !== undefined && { landed }),
    uplineIds: signUp.uplineIds,
    ...earlier,
  };
  return {
    verdict: judgeSignUp(signals, program.fraud),
    identity,
    footprint: { at, code, fingerprints, earlier },
    seen: keepSignals(signals, program.fraud),
  };
}

/** Who sent a sign-up: told from its user agent as for a click, since a person fills in the form in a browser. */
function senderOf(
  { isBotAgent }: Pick<JudgeNewReferralPorts, 'isBotAgent'>,
  { userAgent }: PersonInput,
): VisitKind | undefined {
  if (userAgent === undefined) return undefined;
  return classifyVisit({ method: 'POST', userAgent, purpose: [], isBotAgent: isBotAgent(userAgent) });
}

/** Somebody as fraud rules see them. */
export function personOf(programId: string, userId: string, identity: Identity): Person {
  const { emailHash, domainHash, ipHash, deviceHash, paymentHash, agentHash } = identity;
  return {
    userId,
    name: personName(programId, userId),
    ...(emailHash !== undefined && { email: emailHash }),
    ...(domainHash && { companyDomain: domainHash }),
    ...(ipHash !== undefined && { ip: ipHash }),
    ...(deviceHash !== undefined && { device: deviceHash }),
    ...(paymentHash !== undefined && { payment: paymentHash }),
    ...(agentHash !== undefined && { agent: agentHash }),
  };
}
