import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Cause, causeOf } from '../../../shared/domain/dead-letters/dead-letter.ts';
import { answerBatch, attempt, type Failure, watchRecords } from '../../../shared/queue/answer-batch.ts';
import { type RewardMessage, rewardMessage } from '../../../shared/queue/messages.ts';
import { poolIsEmpty } from '../../../shared/runtime/empty-pool.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { hooks } from '../../../shared/runtime/hooks/hooks.ts';
import { describeError, log } from '../../../shared/runtime/log.ts';
import { system } from '../../../shared/runtime/system.ts';
import { keepFor } from '../../../shared/runtime/timed-cache.ts';
import { openTable } from '../../../shared/table/client.ts';
import { couponItems } from '../../../shared/table/coupon-items.ts';
import { couponPoolItems } from '../../../shared/table/coupon-pool-items.ts';
import { deadLetterItems } from '../../../shared/table/dead-letter-items.ts';
import { earlyItems } from '../../../shared/table/early-items.ts';
import { eventItems } from '../../../shared/table/event-items.ts';
import { hookItems } from '../../../shared/table/hook-items.ts';
import { journalItems } from '../../../shared/table/journal-items.ts';
import { milestoneItems } from '../../../shared/table/milestone-items.ts';
import { participantItems } from '../../../shared/table/participant-items.ts';
import { payoutItems } from '../../../shared/table/payout-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { referralItems } from '../../../shared/table/referral-items.ts';
import { reviewItems } from '../../../shared/table/review-items.ts';
import { standingItems } from '../../../shared/table/standing-items.ts';
import { assignCoupon } from '../../../shared/usecases/coupons/assign-coupon.ts';
import { fillPool } from '../../../shared/usecases/coupons/fill-pool.ts';
import { processEvents } from '../../../shared/usecases/events/process-events.ts';
import { rewardReferral } from '../../../shared/usecases/events/reward-referral.ts';
import { continueSettlement } from '../../../shared/usecases/fraud/continue-settlement.ts';
import { followBan } from '../../../shared/usecases/fraud/follow-ban.ts';
import { grantMilestones } from '../../../shared/usecases/milestones/grant-milestones.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const programs = programItems(table);
/** A version never changes, so how long it is kept matters only for memory. */
const findVersion = keepFor(3_600_000, 200, system.now, (name) => {
  const [programId = '', version] = name.split(' ');
  return programs.findProgramVersion(programId, Number(version));
});
/** A change of a program takes effect within this time. */
const findProgram = keepFor(10_000, 200, system.now, programs.findProgram);
const ports = {
  ...system,
  ...earlyItems(table),
  ...eventItems(table),
  ...journalItems(table),
  ...participantItems(table),
  ...payoutItems(table),
  ...referralItems(table),
  ...reviewItems(table),
  ...standingItems(table),
  ...milestoneItems(table),
  ...couponItems(table),
  ...couponPoolItems(table),
  poolIsEmpty,
  findProgram,
  findProgramVersion: (programId: string, version: number) => findVersion(`${programId} ${version}`),
  hooks: { ...system, ...hooks, ...hookItems(table) },
};

const letters = { ...system, ...deadLetterItems(table) };

interface Received {
  readonly messageId: string;
  readonly message: RewardMessage;
}

/**
 * Works on the reward queue. Messages about one user are worked on one after the other, as they contend for one
 * journal. A message that fails is left for the queue to deliver again; the others are done.
 */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const lastTries = await watchRecords(letters, event.Records);
  const read = await Promise.all(event.Records.map(readRecord));
  const unreadable = read.flatMap((one) => ('message' in one ? [] : [one]));
  const groups = groupByUser(read.flatMap((one) => ('message' in one ? [one] : [])));
  const failed = await Promise.all([...groups.values()].map(processGroup));
  return answerBatch(lastTries, [...unreadable, ...failed.flat()]);
}

async function readRecord({ messageId, body }: SQSRecord): Promise<Received | Failure> {
  const read = await attempt(messageId, () => rewardMessage.parse(JSON.parse(body)));
  return 'cause' in read ? read : { messageId, message: read.value };
}

function groupByUser(received: readonly Received[]): Map<string, Received[]> {
  const groups = new Map<string, Received[]>();
  for (const one of received) {
    const { programId } = one.message;
    const name =
      'userId' in one.message ? `${programId} ${one.message.userId}` : `${programId}#${one.message.pool}`;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return groups;
}

/** @returns the messages that failed */
async function processGroup(group: readonly Received[]): Promise<Failure[]> {
  const failedEvents = await processReported(group);
  const failed = group.flatMap(({ messageId, message }): Failure[] => {
    const [cause] = eventIdsOf(message).flatMap((eventId) => failedEvents.get(eventId) ?? []);
    return cause === undefined ? [] : [{ messageId, cause }];
  });
  for (const { messageId, message } of group) {
    if (message.kind === 'events') continue;
    const processed = await attempt(messageId, () => processMessage(message));
    if ('cause' in processed) failed.push(processed);
  }
  return failed;
}

function eventIdsOf(message: RewardMessage): readonly string[] {
  return message.kind === 'events' ? message.eventIds : [];
}

/** @returns why events failed, by their ids */
async function processReported(group: readonly Received[]): Promise<ReadonlyMap<string, Cause>> {
  const reported = group.flatMap(({ message }) => (message.kind === 'events' ? [message] : []));
  const [first] = reported;
  if (first === undefined) return new Map();
  const { programId, userId } = first;
  const eventIds = reported.flatMap((message) => message.eventIds);
  try {
    const failed = await processEvents(ports, programId, userId, eventIds);
    for (const { error } of failed) log('error', 'event failed', describeError(error));
    return new Map(failed.map(({ eventId, error }) => [eventId, causeOf(error)]));
  } catch (error) {
    log('error', 'events failed', describeError(error));
    return new Map(eventIds.map((eventId) => [eventId, causeOf(error)]));
  }
}

async function processMessage(message: Exclude<RewardMessage, { kind: 'events' }>): Promise<void> {
  const { kind, programId } = message;
  if (kind === 'referral') await rewardReferral(ports, programId, message.userId);
  else if (kind === 'settlement') await continueSettlement(ports, programId, message.userId);
  else if (kind === 'ban') await followBan(ports, message.reviewId);
  else if (kind === 'progress') await grantMilestones(ports, programId, message.userId);
  else if (kind === 'coupon') await assignCoupon(ports, message.rewardId);
  else await fillPool(ports, programId, message.pool);
}
