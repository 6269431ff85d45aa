import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { ScheduleSpec } from '../deployment.ts';
import { backoffMs, settleWithin } from '../event-sources/abortable-pause.ts';
import type { Authorize } from '../event-sources/require-access.ts';
import type { InvokeResult } from '../lambda/invoke-result.ts';
import { buildScheduleEvent, type ScheduledRun } from './build-schedule-event.ts';
import { nextRun } from './next-run.ts';

/** Time as the runner sees it. */
export interface ScheduleClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after so many milliseconds or when the signal aborts; never rejects. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export interface ScheduleOptions {
  readonly schedules: readonly ScheduleSpec[];
  readonly invoke: (
    functionArn: string,
    payload: string,
    options: { readonly kind: 'event' },
  ) => Promise<InvokeResult>;
  /** Sends to a queue: one that is a target, or that takes what could not be delivered. */
  readonly sendMessage: (queueArn: string, body: string) => Promise<void>;
  readonly authorize: Authorize;
  /** The queue for what a function failed at, if it has one. */
  readonly functionDeadLetters?: (functionArn: string) => string | undefined;
  readonly clock?: ScheduleClock;
  /** Pause after the first failure of a run, doubled with each more. @default 1 s up to 60 s */
  readonly retryMs?: { readonly first: number; readonly most: number };
  /** Told of a run that failed for good. */
  readonly onFailed?: (schedule: ScheduleSpec, reason: string) => void;
}

export interface Schedules {
  /** Runs a schedule now, whatever its time; resolves when its run is over. */
  runNow(logicalId: string): Promise<void>;
  /** Starts no more runs, and waits for those that are under way for up to `graceMs`. @default 5 seconds */
  stop(graceMs?: number): Promise<void>;
}

/** Lambda tries an asynchronous call that failed twice more; nothing else counts those failures. */
const RETRIES_OF_FUNCTION = 2;
/** A machine that slept is noticed so soon. */
const LONGEST_WAIT_MS = 60_000;

const systemClock: ScheduleClock = {
  now: Date.now,
  wait: (ms, signal) => setTimeout(ms, undefined, { signal, ref: false }).catch(() => undefined),
};

/**
 * Runs schedules at their times. Those that were missed while the machine was off are not made up for.
 *
 * @throws if an expression is not valid
 */
export function startSchedules(options: ScheduleOptions): Schedules {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const clock = options.clock ?? systemClock;
  const running = new Set<Promise<void>>();
  const start = (schedule: ScheduleSpec, dueAt: number): Promise<void> => {
    const run = runOnce({ ...options, clock }, schedule, dueAt, stopping.signal);
    const tracked = run.finally(() => running.delete(tracked));
    running.add(tracked);
    return tracked;
  };
  for (const schedule of options.schedules) {
    const firstAt = nextRun(schedule.expression, schedule.timezone, new Date(clock.now()));
    if (schedule.enabled) void follow(schedule, firstAt, clock, stopping.signal, start);
  }
  return {
    async runNow(logicalId) {
      const schedule = options.schedules.find((candidate) => candidate.logicalId === logicalId);
      if (!schedule) throw new Error(`There is no schedule ${logicalId}`);
      await start(schedule, clock.now());
    },
    async stop(graceMs = 5_000) {
      stopping.abort();
      await settleWithin(running, graceMs);
    },
  };
}

async function follow(
  schedule: ScheduleSpec,
  firstAt: Date | undefined,
  clock: ScheduleClock,
  signal: AbortSignal,
  start: (schedule: ScheduleSpec, dueAt: number) => Promise<void>,
): Promise<void> {
  const { expression, timezone } = schedule;
  let due = firstAt;
  while (due && !signal.aborted) {
    const leftMs = due.getTime() - clock.now();
    if (leftMs > 0) {
      await clock.wait(Math.min(leftMs, LONGEST_WAIT_MS), signal);
      continue;
    }
    void start(schedule, due.getTime());
    let next = nextRun(expression, timezone, due);
    // After a sleep of the machine the runs in between are left out.
    if (next && next.getTime() <= clock.now()) next = nextRun(expression, timezone, new Date(clock.now()));
    due = next;
  }
}

type RunSettings = ScheduleOptions & { readonly clock: ScheduleClock };

async function runOnce(
  settings: RunSettings,
  schedule: ScheduleSpec,
  dueAt: number,
  signal: AbortSignal,
): Promise<void> {
  const { first, most } = settings.retryMs ?? { first: 1_000, most: 60_000 };
  const executionId = randomUUID();
  for (let attempt = 1; ; attempt += 1) {
    const run = { schedule, dueAt, executionId, attempt };
    const outcome = await attemptRun(settings, run);
    if (outcome === 'done') return;
    const retries = Math.min(
      schedule.maximumRetryAttempts,
      outcome.isDelivered ? RETRIES_OF_FUNCTION : Infinity,
    );
    if (attempt > retries || outcome.isFinal) return giveUp(settings, run, outcome);
    await settings.clock.wait(backoffMs(attempt - 1, first, most), signal);
    if (signal.aborted) return;
  }
}

interface RunFailure {
  readonly reason: string;
  /** Whether the function got the event: what it makes of it is no matter of the schedule's. */
  readonly isDelivered: boolean;
  /** Trying again can't help. */
  readonly isFinal: boolean;
}

async function attemptRun(settings: RunSettings, run: ScheduledRun): Promise<'done' | RunFailure> {
  const { targetArn, roleArn } = run.schedule;
  const payload = buildScheduleEvent(run);
  const isQueue = targetArn.split(':')[2] === 'sqs';
  const action = isQueue ? 'sqs:SendMessage' : 'lambda:InvokeFunction';
  if (roleArn !== undefined && !settings.authorize(roleArn, action, targetArn).allowed) {
    return { reason: `${roleArn} lacks ${action} on ${targetArn}`, isDelivered: false, isFinal: true };
  }
  try {
    if (isQueue) {
      await settings.sendMessage(targetArn, payload);
      return 'done';
    }
    const result = await settings.invoke(targetArn, payload, { kind: 'event' });
    if (result.ok) return 'done';
    const { errorType, errorMessage, functionError } = result.error;
    return {
      reason: `${errorType}: ${errorMessage}`,
      isDelivered: functionError !== undefined,
      isFinal: false,
    };
  } catch (error) {
    return { reason: String(error), isDelivered: false, isFinal: false };
  }
}

/**
 * As in AWS the schedule's queue of dead letters gets what was not delivered; what a function failed at goes to the
 * function's own.
 */
async function giveUp(settings: RunSettings, run: ScheduledRun, failure: RunFailure): Promise<void> {
  const { schedule } = run;
  settings.onFailed?.(schedule, failure.reason);
  const deadLetterArn = failure.isDelivered
    ? settings.functionDeadLetters?.(schedule.targetArn)
    : schedule.deadLetterArn;
  if (deadLetterArn === undefined) return;
  await settings
    .sendMessage(deadLetterArn, buildScheduleEvent(run))
    .catch((error: unknown) => settings.onFailed?.(schedule, String(error)));
}
