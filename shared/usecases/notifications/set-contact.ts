import { type Refusal, refuse } from '../../contract/problems.ts';
import { type AuditEntry, unkept } from '../../domain/audit.ts';
import { participantKey } from '../../domain/ids.ts';
import { maskEmail, type SealedContact } from '../../domain/notifications/contact.ts';
import type { Participant } from '../../domain/participant.ts';
import { type NoteChangePorts, noteChange } from '../audit/note-change.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';

/** Encrypts and decrypts addresses, each bound to whose it is. */
export interface ContactSealer {
  sealContact(participantKey: string, email: string): Uint8Array;
  openContact(participantKey: string, sealed: Uint8Array): string;
}

/** What a caller gives. */
export interface ContactInput {
  readonly email: string;
  readonly language?: string | undefined;
  /** Left out: as it is, so that whoever unsubscribed stays so. */
  readonly notifications?: boolean | undefined;
}

/** A contact as it is shown: nobody is given the address back. */
export interface ShownContact {
  readonly programId: string;
  readonly userId: string;
  readonly email: string;
  readonly language?: string;
  readonly notifications: boolean;
  readonly updatedAt: string;
}

export interface FindContactPorts extends ContactSealer {
  findContact(programId: string, userId: string): Promise<SealedContact | undefined>;
}

export interface SetContactPorts extends NoteChangePorts, FindContactPorts {
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  putContact(
    programId: string,
    userId: string,
    contact: Omit<SealedContact, 'notifications'> & { readonly notifications?: boolean | undefined },
    note?: AuditEntry,
  ): Promise<'set' | 'again'>;
  removeContact(
    programId: string,
    userId: string,
    at: string,
    note?: AuditEntry,
  ): Promise<'removed' | 'none' | 'again'>;
}

/** Sets where a participant is written to, and in which language. */
export async function setContact(
  ports: SetContactPorts,
  programId: string,
  userId: string,
  { email, language, notifications }: ContactInput,
): Promise<ShownContact | Refusal> {
  if ((await ports.findParticipant(programId, userId)) === undefined) return refuse('participant_not_found');
  const contact = {
    sealed: ports.sealContact(participantKey(programId, userId), email),
    ...(language !== undefined && { language }),
    notifications,
    updatedAt: isoTime(ports.now()),
  };
  const note = noteChange(ports, {
    programId,
    action: 'participant.contact_set',
    target: { type: 'participant', id: userId, userId },
    before: null,
    after: { contact: unkept },
  });
  const done = await whileContended(() => ports.putContact(programId, userId, contact, note));
  return done === undefined ? refuse('contended') : showContact(ports, programId, userId);
}

/** Shows where a participant is written to. */
export async function showContact(
  ports: FindContactPorts,
  programId: string,
  userId: string,
): Promise<ShownContact | Refusal> {
  const found = await ports.findContact(programId, userId);
  if (found === undefined) return refuse('contact_not_found');
  const { sealed, ...rest } = found;
  const email = maskEmail(ports.openContact(participantKey(programId, userId), sealed));
  return { programId, userId, email, ...rest };
}

/** Forgets where a participant is written to. */
export async function removeContact(
  ports: SetContactPorts,
  programId: string,
  userId: string,
): Promise<Refusal | { readonly removed: true }> {
  const note = noteChange(ports, {
    programId,
    action: 'participant.contact_removed',
    target: { type: 'participant', id: userId, userId },
    before: { contact: unkept },
    after: null,
  });
  const at = isoTime(ports.now());
  const result = await whileContended(() => ports.removeContact(programId, userId, at, note));
  if (result === undefined) return refuse('contended');
  return result === 'removed' ? { removed: true } : refuse('contact_not_found');
}
