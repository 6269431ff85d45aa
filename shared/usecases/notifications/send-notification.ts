import { withAsciiDomain } from '../../domain/fraud/email-address.ts';
import { participantKey } from '../../domain/ids.ts';
import type { SealedContact } from '../../domain/notifications/contact.ts';
import {
  type Notification,
  type NotificationKind,
  optionalKinds,
} from '../../domain/notifications/notification.ts';
import type { StoredTemplate, Template } from '../../domain/notifications/template.ts';
import { signUnsubscribeToken } from '../../domain/notifications/unsubscribe-token.ts';
import type { Participant } from '../../domain/participant.ts';
import type { Program } from '../../domain/programs/program.ts';
import type { Hasher, System } from '../system.ts';
import { composeMail } from './compose-mail.ts';
import type { ContactSealer } from './set-contact.ts';
import { unsubscribeKey } from './unsubscribe.ts';

/** A mail to a participant. */
export interface Mail extends Template {
  readonly to: string;
  readonly unsubscribeUrl: string;
}

/**
 * What handing a mail over came to. `busy`: it was surely not taken, and may be later. `refused`: it never will be.
 * `unknown`: no clear answer, so that it may have been taken.
 */
export type MailResult =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'busy' | 'refused' | 'unknown'; readonly because: string };

export interface SendNotificationPorts
  extends Pick<System, 'now' | 'ulid'>,
    Pick<Hasher, 'lasting'>,
    ContactSealer {
  findContact(programId: string, userId: string): Promise<SealedContact | undefined>;
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  findProgram(programId: string): Promise<Program | undefined>;
  listTemplates(programId: string, kind: NotificationKind): Promise<readonly StoredTemplate[]>;
  /** Takes the right to send a notification for an attempt, and for no other until it is given back. */
  claimNotification(notificationId: string, attempt: string, at: number): Promise<boolean>;
  /** Gives that right back, unless it is another attempt's. */
  giveBackNotification(notificationId: string, attempt: string): Promise<void>;
  sendMail(mail: Mail): Promise<MailResult>;
  /** Where tokens to unsubscribe are taken, without a slash at its end. */
  readonly unsubscribeBaseUrl: string;
}

/** What became of a notification. */
export type NotificationOutcome =
  | { readonly outcome: 'sent' }
  | {
      readonly outcome: 'dropped';
      readonly because:
        | 'no_sender'
        | 'no_contact'
        | 'unsubscribed'
        | 'inactive'
        | 'unknown_program'
        | 'not_wanted'
        | 'sent_before';
    }
  | { readonly outcome: 'busy' | 'refused' | 'unknown'; readonly because: string };

/**
 * Tells a participant something by mail, at most once: the right to send is taken first, and given back only where
 * nothing was sent for sure. Whoever dies in between has sent it, or never will. A mail that comes twice would look
 * like money that comes twice; one that is missing is in the participant's numbers all the same.
 */
export async function sendNotification(
  ports: SendNotificationPorts,
  notification: Notification,
): Promise<NotificationOutcome> {
  const { programId, userId } = notification;
  const contact = await ports.findContact(programId, userId);
  if (contact === undefined) return { outcome: 'dropped', because: 'no_contact' };
  if (!contact.notifications) return { outcome: 'dropped', because: 'unsubscribed' };
  const mail = await writeMail(ports, notification, contact);
  if ('because' in mail) return mail;
  return sendOnce(ports, notification.notificationId, mail);
}

/** The right is an attempt's own: whoever delivers the message again has another, and is not taken for this one. */
async function sendOnce(
  ports: SendNotificationPorts,
  notificationId: string,
  mail: Mail,
): Promise<NotificationOutcome> {
  const at = ports.now();
  const attempt = ports.ulid(at);
  const giveBack = () => ports.giveBackNotification(notificationId, attempt);
  const isOurs = await ports.claimNotification(notificationId, attempt, at).catch(async (error: unknown) => {
    // It may have been taken all the same, and nothing was sent.
    await giveBack();
    throw error;
  });
  if (!isOurs) return { outcome: 'dropped', because: 'sent_before' };
  const result = await ports.sendMail(mail);
  if (result.outcome === 'busy') await giveBack();
  return result;
}

async function writeMail(
  ports: SendNotificationPorts,
  { kind, programId, userId, facts }: Notification,
  contact: SealedContact,
): Promise<Mail | Extract<NotificationOutcome, { outcome: 'dropped' }>> {
  const [participant, program, templates] = await Promise.all([
    ports.findParticipant(programId, userId),
    ports.findProgram(programId),
    ports.listTemplates(programId, kind),
  ]);
  if (program === undefined) return { outcome: 'dropped', because: 'unknown_program' };
  if (templates.length === 0 && optionalKinds.has(kind)) return { outcome: 'dropped', because: 'not_wanted' };
  if (participant?.status !== 'active') return { outcome: 'dropped', because: 'inactive' };
  const key = participantKey(programId, userId);
  const token = signUnsubscribeToken(unsubscribeKey(ports), key);
  const unsubscribeUrl = `${ports.unsubscribeBaseUrl}/${token}`;
  const name = participant.name ?? '';
  const content = { kind, facts, program: program.name, name, unsubscribeUrl };
  return {
    to: withAsciiDomain(ports.openContact(key, contact.sealed)),
    unsubscribeUrl,
    ...composeMail(templates, contact.language, content),
  };
}
