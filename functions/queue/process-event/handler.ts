import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
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
import { eventItems } from '../../../shared/table/event-items.ts';
import { hookItems } from '../../../shared/table/hook-items.ts';
import { journalItems } from '../../../shared/table/journal-items.ts';
import { milestoneItems } from '../../../shared/table/milestone-items.ts';
import { participantItems } from '../../../shared/table/participant-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { reviewItems } from '../../../shared/table/review-items.ts';
import { standingItems } from '../../../shared/table/standing-items.ts';
import { assignCoupon } from '../../../shared/usecases/coupons/assign-coupon.ts';
import { fillPool } from '../../../shared/usecases/coupons/fill-pool.ts';
import { processEvents } from '../../../shared/usecases/events/process-events.ts';
import { rewardReferral } from '../../../shared/usecases/events/reward-referral.ts';
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
  ...eventItems(table),
  ...journalItems(table),
  ...participantItems(table),
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

interface Received {
  readonly messageId: string;
  readonly message: RewardMessage;
}

/**
 * Works on the reward queue. Messages about one user are worked on one after the other, as they contend for one
 * journal. A message that fails is left for the queue to deliver again; the others are done.
 */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const read = event.Records.map(readRecord);
  const unreadable = read.flatMap((one) => ('message' in one ? [] : [one.messageId]));
  const groups = groupByUser(read.flatMap((one) => ('message' in one ? [one] : [])));
  const failed = await Promise.all([...groups.values()].map(processGroup));
  return {
    batchItemFailures: [...unreadable, ...failed.flat()].map((itemIdentifier) => ({ itemIdentifier })),
  };
}

function readRecord(record: SQSRecord): Received | { messageId: string } {
  const { messageId } = record;
  try {
    return { messageId, message: rewardMessage.parse(JSON.parse(record.body)) };
  } catch (error) {
    log('error', 'message failed', { messageId, ...describeError(error) });
    return { messageId };
  }
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

/** @returns the ids of the messages that failed */
async function processGroup(group: readonly Received[]): Promise<string[]> {
  const failedEvents = await processReported(group);
  const failed = group
    .filter(({ message }) => eventIdsOf(message).some((eventId) => failedEvents.has(eventId)))
    .map(({ messageId }) => messageId);
  for (const { messageId, message } of group) {
    if (message.kind !== 'events' && !(await succeeds(messageId, () => processMessage(message)))) {
      failed.push(messageId);
    }
  }
  return failed;
}

function eventIdsOf(message: RewardMessage): readonly string[] {
  return message.kind === 'events' ? message.eventIds : [];
}

/** @returns the ids of the events that failed */
async function processReported(group: readonly Received[]): Promise<ReadonlySet<string>> {
  const reported = group.flatMap(({ message }) => (message.kind === 'events' ? [message] : []));
  const [first] = reported;
  if (first === undefined) return new Set();
  const { programId, userId } = first;
  const eventIds = reported.flatMap((message) => message.eventIds);
  try {
    const failed = await processEvents(ports, programId, userId, eventIds);
    for (const { error } of failed) log('error', 'event failed', describeError(error));
    return new Set(failed.map(({ eventId }) => eventId));
  } catch (error) {
    log('error', 'events failed', describeError(error));
    return new Set(eventIds);
  }
}

async function processMessage(message: Exclude<RewardMessage, { kind: 'events' }>): Promise<void> {
  const { kind, programId } = message;
  if (kind === 'referral') await rewardReferral(ports, programId, message.userId);
  else if (kind === 'progress') await grantMilestones(ports, programId, message.userId);
  else if (kind === 'coupon') await assignCoupon(ports, message.rewardId);
  else await fillPool(ports, programId, message.pool);
}

async function succeeds(messageId: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    log('error', 'message failed', { messageId, ...describeError(error) });
    return false;
  }
}
