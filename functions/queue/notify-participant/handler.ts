import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Cause } from '../../../shared/domain/dead-letters/dead-letter.ts';
import type { Notification } from '../../../shared/domain/notifications/notification.ts';
import { workAtOnce } from '../../../shared/queue/answer-batch.ts';
import { notificationMessage } from '../../../shared/queue/messages.ts';
import { loadContactSealer } from '../../../shared/runtime/contact-sealer.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { log, recordMetrics } from '../../../shared/runtime/log.ts';
import { sendBySes } from '../../../shared/runtime/mail/send-by-ses.ts';
import { loadHasher } from '../../../shared/runtime/secrets.ts';
import { system } from '../../../shared/runtime/system.ts';
import { keepFor } from '../../../shared/runtime/timed-cache.ts';
import { openTable } from '../../../shared/table/client.ts';
import { contactItems } from '../../../shared/table/contact-items.ts';
import { deadLetterItems } from '../../../shared/table/dead-letter-items.ts';
import { notificationItems } from '../../../shared/table/notification-items.ts';
import { participantItems } from '../../../shared/table/participant-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import {
  type Mail,
  type NotificationOutcome,
  sendNotification,
} from '../../../shared/usecases/notifications/send-notification.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const items = notificationItems(table);
/** A changed program or template is used everywhere within this time. */
const keptMs = 30_000;
const listTemplates = keepFor(keptMs, 500, system.now, (name) => {
  const [programId = '', kind] = name.split(' ');
  return items.listTemplates(programId, kind);
});
const letters = { ...system, ...deadLetterItems(table) };
const ports = {
  ...system,
  ...contactItems(table),
  ...participantItems(table),
  ...items,
  findProgram: keepFor(keptMs, 200, system.now, programItems(table).findProgram),
  listTemplates: (programId: string, kind: string) => listTemplates(`${programId} ${kind}`),
  unsubscribeBaseUrl: `${requireEnvironment('API_URL')}/unsubscribe`,
};

/** Works on the notifications queue: tells participants what happened to them, all of a batch at once. */
export function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return workAtOnce(letters, event.Records, work);
}

/** @returns why it could not be sent now; undefined if there is nothing left to do */
async function work({ body }: SQSRecord): Promise<Cause | undefined> {
  const notification = notificationMessage.parse(JSON.parse(body));
  const result = await tell(notification);
  note(notification, result);
  return result.outcome === 'busy' ? { code: result.because } : undefined;
}

async function tell(notification: Notification): Promise<NotificationOutcome> {
  const sender = process.env['NOTIFICATION_SENDER'];
  if (!sender) return { outcome: 'dropped', because: 'no_sender' };
  const sendMail = (mail: Mail) => sendBySes(sender, mail);
  return sendNotification(
    { ...ports, ...(await loadHasher()), ...(await loadContactSealer()), sendMail },
    notification,
  );
}

/** Ids and words alone: neither the address nor what was written. */
function note({ notificationId, kind, programId }: Notification, result: NotificationOutcome): void {
  const isWrong = result.outcome === 'refused' || result.outcome === 'unknown' || result.outcome === 'busy';
  const { outcome } = result;
  const because = 'because' in result ? { because: result.because } : {};
  log(isWrong ? 'warn' : 'info', 'notification', { notificationId, kind, programId, outcome, ...because });
  if (outcome === 'refused') recordMetrics({ MailsRefused: 1 });
  if (outcome === 'unknown') recordMetrics({ MailsInDoubt: 1 });
}
