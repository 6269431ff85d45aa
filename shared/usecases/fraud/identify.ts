import { networkOf } from '../../domain/clicks/network.ts';
import { type EmailAddress, emailDomain, readEmail } from '../../domain/fraud/email-address.ts';
import type { Identity } from '../../domain/participant.ts';
import type { Hasher } from '../system.ts';

/** What a caller knows of a person. It is hashed here, and goes no further. */
export interface PersonInput {
  readonly email?: string | undefined;
  readonly ip?: string | undefined;
  readonly deviceId?: string | undefined;
  readonly paymentFingerprint?: string | undefined;
  readonly userAgent?: string | undefined;
}

const personFields = ['email', 'ip', 'deviceId', 'paymentFingerprint', 'userAgent'] as const;

/** Whether anything is told of a person. */
export function tellsOfPerson(input: PersonInput): boolean {
  return personFields.some((name) => input[name] !== undefined);
}

/** An input without what it tells of a person. */
export function withoutPerson<Input extends PersonInput>(input: Input): Omit<Input, keyof PersonInput> {
  const { email: _, ip: __, deviceId: ___, paymentFingerprint: ____, userAgent: _____, ...rest } = input;
  return rest;
}

export interface IdentifyPorts extends Pick<Hasher, 'lasting'> {
  /** What was registered of a domain, by a kept list; undefined where that is not known. */
  registrableDomain(domain: string): Promise<string | undefined>;
}

/** What a person is recognised by, as far as it is given: keyed hashes that last. Of an IPv6 address its network counts. */
export async function identify(ports: IdentifyPorts, input: PersonInput): Promise<Identity> {
  const { lasting } = ports;
  const { email, ip, deviceId, paymentFingerprint, userAgent } = input;
  const address = email === undefined ? undefined : await addressOf(ports, email);
  return {
    ...(address !== undefined && {
      emailHash: lasting('email', address.mailbox),
      // Empty: a known address, of a domain that tells nothing.
      domainHash: address.companyDomain === undefined ? '' : lasting('email-domain', address.companyDomain),
    }),
    ...(ip !== undefined && { ipHash: lasting('ip', networkOf(ip)) }),
    ...(deviceId !== undefined && { deviceHash: lasting('device', deviceId) }),
    ...(paymentFingerprint !== undefined && { paymentHash: lasting('payment', paymentFingerprint) }),
    ...(userAgent !== undefined && { agentHash: lasting('agent', userAgent) }),
  };
}

async function addressOf({ registrableDomain }: IdentifyPorts, email: string): Promise<EmailAddress> {
  return readEmail(email, await registrableDomain(emailDomain(email)));
}
