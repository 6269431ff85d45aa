import { classifyVisit } from '../../shared/domain/clicks/visit.ts';
import { type EmailAddress, emailDomain, readEmail } from '../../shared/domain/fraud/email-address.ts';
import { type FraudVerdict, judgeSignUp } from '../../shared/domain/fraud/judge-sign-up.ts';
import type { FraudSettings } from '../../shared/domain/fraud/settings.ts';
import {
  type Brought,
  fingerprintKinds,
  keptUses,
  type Person,
  personName,
  type Use,
} from '../../shared/domain/fraud/signals.ts';
import { isDisposableDomain } from '../../shared/runtime/disposable-domains.ts';
import { registrableDomain } from '../../shared/runtime/registrable-domain.ts';
import { isBotAgent } from '../../shared/runtime/user-agent.ts';
import { type LabelledSignUp, referrers } from './crowds.ts';

export interface JudgedSignUp {
  readonly signUp: LabelledSignUp;
  readonly verdict: FraudVerdict;
}

const begin = Date.UTC(2026, 10, 1);
const programId = 'default';

type Addresses = ReadonlyMap<string, EmailAddress & { readonly isDisposable: boolean }>;

/** Judges sign-ups one after the other, each by what the ones before have left behind, as the table keeps it. */
export async function replay(
  signUps: readonly LabelledSignUp[],
  settings?: FraudSettings,
): Promise<JudgedSignUp[]> {
  const addresses = await readAddresses([...signUps, ...Object.values(referrers)]);
  const people = new Map<string, Person>();
  const uses = new Map<string, readonly Use[]>();
  const brought = new Map<string, readonly Brought[]>();
  const broughtBy = new Map<string, string>();
  const personWho = (userId: string): Person =>
    people.get(userId) ?? personOf(userId, referrers[userId] ?? {}, addresses);

  return signUps.map((signUp) => {
    const { referrerId, refereeId, sinceClick, referrerHost, adNetwork, asn, userAgent } = signUp;
    const { clickKind = 'human', landed = true } = signUp;
    const now = begin + signUp.at;
    const referee = personOf(refereeId, signUp, addresses);
    const usesOf = (kind: (typeof fingerprintKinds)[number]) => uses.get(`${kind} ${referee[kind]}`) ?? [];
    const verdict = judgeSignUp(
      {
        now,
        referrer: personWho(referrerId),
        referee,
        isDisposable: addresses.get(signUp.email)?.isDisposable ?? false,
        sentBy: classifyVisit({ method: 'POST', userAgent, purpose: [], isBotAgent: isBotAgent(userAgent) }),
        code: `code of ${referrerId}`,
        landed,
        ...(sinceClick !== undefined && {
          click: {
            at: now - sinceClick,
            kind: clickKind,
            ...(referrerHost && { referrerHost }),
            ...(adNetwork && { adNetwork }),
            ...(asn && { asn }),
          },
        }),
        uplineIds: above(broughtBy, referrerId),
        uses: { ip: usesOf('ip'), device: usesOf('device'), payment: usesOf('payment') },
        brought: brought.get(referrerId) ?? [],
      },
      settings,
    );
    const use = { at: now, user: referee.name, referrer: personName(programId, referrerId) };
    for (const kind of fingerprintKinds) add(uses, `${kind} ${referee[kind]}`, use);
    add(brought, referrerId, { at: now, code: `code of ${referrerId}` });
    people.set(refereeId, referee);
    if (verdict.action !== 'reject') broughtBy.set(refereeId, referrerId);
    return { signUp, verdict };
  });
}

async function readAddresses(given: readonly { readonly email?: string }[]): Promise<Addresses> {
  const emails = new Set(given.flatMap(({ email }) => (email === undefined ? [] : [email])));
  const read = [...emails].map(async (email) => {
    const domain = emailDomain(email);
    const isDisposable = await isDisposableDomain(domain);
    return [email, { ...readEmail(email, await registrableDomain(domain)), isDisposable }] as const;
  });
  return new Map(await Promise.all(read));
}

function personOf(userId: string, given: Partial<LabelledSignUp>, addresses: Addresses): Person {
  const { email, ip, deviceId, paymentFingerprint } = given;
  const address = email === undefined ? undefined : addresses.get(email);
  return {
    userId,
    name: personName(programId, userId),
    ...(address !== undefined && { email: address.mailbox }),
    ...(address?.companyDomain !== undefined && { companyDomain: address.companyDomain }),
    ...(ip !== undefined && { ip }),
    ...(deviceId !== undefined && { device: deviceId }),
    ...(paymentFingerprint !== undefined && { payment: paymentFingerprint }),
  };
}

function above(broughtBy: ReadonlyMap<string, string>, userId: string): string[] {
  const found: string[] = [];
  for (let one = broughtBy.get(userId); one !== undefined; one = broughtBy.get(one)) found.push(one);
  return found;
}

function add<Value>(to: Map<string, readonly Value[]>, name: string, value: Value): void {
  to.set(name, [...(to.get(name) ?? []), value].slice(-keptUses));
}
