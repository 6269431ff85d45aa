import { randomUUID } from 'node:crypto';
import type { ScheduleSpec } from '../deployment.ts';

/** One run of a schedule. */
export interface ScheduledRun {
  readonly schedule: ScheduleSpec;
  /** Milliseconds since 1970 at which it was due. */
  readonly dueAt: number;
  readonly executionId: string;
  /** 1 for the first. */
  readonly attempt: number;
}

/** What the target gets: the schedule's own input with its context filled in, or the event that AWS makes. */
export function buildScheduleEvent(run: ScheduledRun): string {
  const { schedule, dueAt } = run;
  const time = `${new Date(dueAt).toISOString().slice(0, 19)}Z`;
  const arn = scheduleArn(schedule);
  if (schedule.input !== undefined) {
    return schedule.input
      .replaceAll('<aws.scheduler.schedule-arn>', arn)
      .replaceAll('<aws.scheduler.scheduled-time>', time)
      .replaceAll('<aws.scheduler.execution-id>', run.executionId)
      .replaceAll('<aws.scheduler.attempt-number>', String(run.attempt));
  }
  const [, , , region, account] = schedule.targetArn.split(':');
  return JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: isRule(schedule) ? 'aws.events' : 'aws.scheduler',
    account,
    time,
    region,
    resources: [arn],
    detail: isRule(schedule) ? {} : '{}',
  });
}

/** The Scheduler acts in a role's name, a rule of EventBridge by a permission of the target's. */
function isRule({ roleArn }: ScheduleSpec): boolean {
  return roleArn === undefined;
}

function scheduleArn(schedule: ScheduleSpec): string {
  const [, partition, , region, account] = schedule.targetArn.split(':');
  const resource = isRule(schedule)
    ? `events:${region}:${account}:rule`
    : `scheduler:${region}:${account}:schedule/default`;
  return `arn:${partition}:${resource}/${schedule.name}`;
}
