import { describe, expect, it } from 'vitest';
import type { ScheduleSpec } from '../../../local/deployment.ts';
import { failedFunction, type InvokeError, refusedCall } from '../../../local/lambda/invoke-result.ts';
import {
  type ScheduleClock,
  type ScheduleOptions,
  startSchedules,
} from '../../../local/schedules/start-schedules.ts';

const START = Date.UTC(2026, 0, 1);
const FUNCTION_ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:sweep';

function schedule(more: Partial<ScheduleSpec> = {}): ScheduleSpec {
  return {
    logicalId: 'Sweep',
    name: 'sweep',
    expression: 'rate(5 minutes)',
    timezone: 'UTC',
    enabled: true,
    targetArn: FUNCTION_ARN,
    roleArn: 'role',
    maximumRetryAttempts: 185,
    ...more,
  };
}

/** A clock that stands still until it is moved. */
class FakeClock implements ScheduleClock {
  #now = START;
  readonly #waits = new Set<{ until: number; wake: () => void }>();

  now = () => this.#now;

  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wait = { until: this.#now + ms, wake: resolve };
      this.#waits.add(wait);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Goes on step by step, so that each wait ends at its time. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (await settle(); ; await settle()) {
      const due = [...this.#waits].sort((one, other) => one.until - other.until)[0];
      if (!due || due.until > end) break;
      this.#waits.delete(due);
      this.#now = Math.max(this.#now, due.until);
      due.wake();
    }
    this.#now = end;
  }

  /** Lets time pass unseen, as when the machine sleeps. */
  jump(ms: number): void {
    this.#now += ms;
  }
}

const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

function start(
  schedules: readonly ScheduleSpec[],
  errors: readonly (InvokeError | undefined)[] = [],
  more: Partial<ScheduleOptions> = {},
) {
  const clock = new FakeClock();
  const calls: { at: string; payload: string; kind: string }[] = [];
  const sent: { queueArn: string; body: string }[] = [];
  const failed: string[] = [];
  const running = startSchedules({
    schedules,
    clock,
    authorize: () => ({ allowed: true }),
    onFailed: (_schedule, reason) => failed.push(reason),
    sendMessage: async (queueArn, body) => void sent.push({ queueArn, body }),
    invoke: async (_functionArn, payload, { kind }) => {
      const error = errors[calls.length];
      calls.push({ at: new Date(clock.now()).toISOString().slice(11, 19), payload, kind });
      return error ? { ok: false, requestId: 'r', error } : { ok: true, requestId: 'r', payload: 'null' };
    },
    ...more,
  });
  return { clock, calls, sent, failed, running, times: () => calls.map(({ at }) => at) };
}

const BROKEN = failedFunction('Error', 'broken');
const THROTTLED = refusedCall(429, 'TooManyRequestsException', 'Rate Exceeded.');

describe('schedules', () => {
  it('run at their times and no other', async () => {
    const { clock, times, running } = start([
      schedule(),
      schedule({ logicalId: 'Off', enabled: false }),
      schedule({ logicalId: 'Daily', expression: 'cron(7 0 * * ? *)' }),
    ]);
    await clock.advance(16 * 60_000);
    expect(times()).toEqual(['00:05:00', '00:07:00', '00:10:00', '00:15:00']);
    await running.stop();
    await clock.advance(60 * 60_000);
    expect(times()).toHaveLength(4);
  });

  it('give the target AWS’s event, or their own input', async () => {
    const input = '{"at":"<aws.scheduler.scheduled-time>","try":<aws.scheduler.attempt-number>}';
    const { clock, calls, running } = start([
      schedule(),
      schedule({ input }),
      schedule({ roleArn: undefined } as never),
    ]);
    await clock.advance(5 * 60_000);
    const [event, own, rule] = calls.map(({ payload }) => JSON.parse(payload));
    expect(event).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: '000000000000',
      time: '2026-01-01T00:05:00Z',
      region: 'eu-west-1',
      resources: ['arn:aws:scheduler:eu-west-1:000000000000:schedule/default/sweep'],
      detail: '{}',
    });
    expect(own).toEqual({ at: '2026-01-01T00:05:00Z', try: 1 });
    expect(rule).toMatchObject({ source: 'aws.events', detail: {} });
    expect(calls[0]?.kind).toBe('event');
    await running.stop();
  });

  it('are tried again: twice when the function fails, and then given up', async () => {
    const { clock, times, failed, sent, running } = start(
      [schedule({ expression: 'rate(1 hour)', deadLetterArn: 'dead' })],
      [BROKEN, BROKEN, BROKEN],
    );
    await clock.advance(65 * 60_000);
    expect(times()).toEqual(['01:00:00', '01:00:01', '01:00:03']);
    expect(failed).toEqual(['Error: broken']);
    expect(sent).toEqual([]);
    await running.stop();
  });

  it('send what a function failed at to the queue of dead letters of the function', async () => {
    const { clock, sent, running } = start(
      [schedule({ expression: 'rate(1 hour)', deadLetterArn: 'of the schedule' })],
      [BROKEN, BROKEN, BROKEN],
      { functionDeadLetters: () => 'of the function' },
    );
    await clock.advance(65 * 60_000);
    expect(sent).toEqual([{ queueArn: 'of the function', body: expect.stringContaining('Scheduled Event') }]);
    await running.stop();
  });

  it('send to the queue of dead letters what could not be delivered', async () => {
    const spec = schedule({ expression: 'rate(1 hour)', deadLetterArn: 'dead', maximumRetryAttempts: 3 });
    const { clock, times, sent, running } = start(
      [spec],
      Array.from({ length: 9 }, () => THROTTLED),
    );
    await clock.advance(65 * 60_000);
    expect(times()).toHaveLength(4);
    expect(sent).toEqual([{ queueArn: 'dead', body: expect.stringContaining('Scheduled Event') }]);
    await running.stop();
  });

  it('need their role’s permission, and may have a queue as target', async () => {
    const queueArn = 'arn:aws:sqs:eu-west-1:000000000000:jobs';
    const authorize = (_roleArn: string, action: string) => ({ allowed: action === 'sqs:SendMessage' });
    const schedules = [schedule(), schedule({ logicalId: 'Queue', targetArn: queueArn })];
    const { clock, calls, sent, failed, running } = start(schedules, [], { authorize });
    await clock.advance(5 * 60_000);
    expect(calls).toEqual([]);
    expect(failed).toEqual([`role lacks lambda:InvokeFunction on ${FUNCTION_ARN}`]);
    expect(sent.map((message) => message.queueArn)).toEqual([queueArn]);
    await running.stop();
  });

  it('leave out what a sleeping machine missed, and run when asked to', async () => {
    const { clock, times, running } = start([schedule()]);
    await clock.advance(60_000);
    clock.jump(60 * 60_000);
    await clock.advance(60_000);
    expect(times()).toHaveLength(1);
    await clock.advance(5 * 60_000);
    expect(times()).toHaveLength(2);
    await running.runNow('Sweep');
    expect(times()).toHaveLength(3);
    await expect(running.runNow('Other')).rejects.toThrow('no schedule Other');
    await running.stop();
  });

  it('are refused at once if they make no sense', () => {
    expect(() => start([schedule({ expression: 'cron(never)' })])).toThrow('six fields');
  });
});
