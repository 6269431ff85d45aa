import { describe, expect, it } from 'vitest';
import type { KeptRequest } from '../../../shared/domain/requests/kept-request.ts';
import {
  type AnswerOncePorts,
  answerOnce,
  type Done,
  heldMs,
} from '../../../shared/usecases/requests/answer-once.ts';

const start = 1_800_000_000_000;
const asked = { id: 'request', fingerprint: 'content' };
const sealed = Uint8Array.of(1, 2, 3);

/** Requests in memory, as the table keeps them. */
function makePorts() {
  const clock = { now: start };
  const kept = new Map<string, KeptRequest>();
  const lost: unknown[] = [];
  let drawn = 0;
  const ports: AnswerOncePorts = {
    now: () => clock.now,
    random: (bytes) => new Uint8Array(bytes).fill(++drawn),
    async beginRequest(request) {
      const standing = kept.get(request.id) ?? request;
      kept.set(request.id, standing);
      return standing;
    },
    async takeRequestOver(was, next) {
      const standing = kept.get(was.id);
      if (standing?.holder === was.holder && standing.answer === undefined) kept.set(was.id, next);
      return kept.get(was.id);
    },
    async keepAnswer(request, answer) {
      if (kept.get(request.id)?.holder === request.holder) kept.set(request.id, { ...request, answer });
    },
    async letGo(request) {
      if (kept.get(request.id)?.holder === request.holder) {
        kept.set(request.id, { ...request, heldUntil: 0 });
      }
    },
    answerNotKept: (error) => lost.push(error),
  };
  return { clock, kept, lost, ports };
}

const answering = async (): Promise<Done<string>> => ({ answer: 'made', sealed });
const never = () => new Promise<Done<string>>(() => undefined);

describe('a request under a key', () => {
  it('is worked on once, and answered as before', async () => {
    const { ports } = makePorts();
    const seen: boolean[] = [];
    const work = async (_: KeptRequest, isRepeat: boolean) => {
      seen.push(isRepeat);
      return answering();
    };
    expect(await answerOnce(ports, asked, work)).toEqual({ answer: 'made' });
    expect(await answerOnce(ports, asked, work)).toEqual({ sealed });
    expect(seen).toEqual([false]);
  });

  it('is refused for another content, also when it was answered', async () => {
    const { ports } = makePorts();
    const other = { ...asked, fingerprint: 'other content' };
    await answerOnce(ports, asked, answering);
    expect(await answerOnce(ports, other, answering)).toMatchObject({ refused: 'idempotency_key_reused' });
  });

  it('without an answer that can be kept is let go, and worked out again under the same time', async () => {
    const { ports, clock } = makePorts();
    const times: number[] = [];
    const work = async ({ at }: KeptRequest) => {
      times.push(at);
      return { answer: 'made', sealed: undefined };
    };
    await answerOnce(ports, asked, work);
    clock.now += 5_000;
    expect(await answerOnce(ports, asked, work)).toEqual({ answer: 'made' });
    expect(times).toEqual([start, start]);
  });

  it('whose work fails is let go, and fails as its work did', async () => {
    const { ports } = makePorts();
    const failing = () => Promise.reject(new Error('broken'));
    await expect(answerOnce(ports, asked, failing)).rejects.toThrow('broken');
    expect(await answerOnce(ports, asked, answering)).toEqual({ answer: 'made' });
  });

  it.each(['keepAnswer', 'letGo'] as const)('is answered though %s fails, which is told', async (name) => {
    const { ports, lost } = makePorts();
    const error = new Error('throttled');
    const broken = { ...ports, [name]: () => Promise.reject(error) };
    const done = name === 'letGo' ? { answer: 'made', sealed: undefined } : { answer: 'made', sealed };
    expect(await answerOnce(broken, asked, async () => done)).toEqual({ answer: 'made' });
    expect(lost).toEqual([error]);
  });

  it('whose work fails says so though it cannot be let go', async () => {
    const { ports, lost } = makePorts();
    const broken = { ...ports, letGo: () => Promise.reject(new Error('throttled')) };
    const failing = () => Promise.reject(new Error('broken'));
    await expect(answerOnce(broken, asked, failing)).rejects.toThrow('broken');
    expect(lost).toHaveLength(1);
  });
});

describe('a request that somebody works on', () => {
  it.each([
    [0, 1],
    [2_999, 1],
    [3_000, 27],
    [3_001, 27],
    [29_001, 1],
    [29_999, 1],
  ])('is refused %i ms later, and to be sent again in %i s', async (later, retryAfter) => {
    const { ports, clock } = makePorts();
    void answerOnce(ports, asked, never);
    await Promise.resolve();
    clock.now += later;
    expect(await answerOnce(ports, asked, answering)).toMatchObject({
      refused: 'idempotency_in_flight',
      retryAfter,
    });
  });

  it('is taken over when its hold has ended, with the time of the first and a hold of its own', async () => {
    const { ports, clock, kept } = makePorts();
    void answerOnce(ports, asked, never);
    await Promise.resolve();
    clock.now += heldMs;
    const work = async ({ at }: KeptRequest, isRepeat: boolean) => {
      expect({ at, isRepeat }).toEqual({ at: start, isRepeat: true });
      expect(kept.get(asked.id)?.heldUntil).toBe(start + 2 * heldMs);
      return answering();
    };
    expect(await answerOnce(ports, asked, work)).toEqual({ answer: 'made' });
    expect(kept.get(asked.id)?.answer).toEqual(sealed);
  });

  it.each([
    [
      'another has taken over',
      (was: KeptRequest) => ({ ...was, holder: 'another', heldUntil: start + 50_000 }),
      20,
    ],
    ['is gone', () => undefined, 1],
  ])('that %s meanwhile is left to them', async (_, standing, retryAfter) => {
    const { ports, clock } = makePorts();
    void answerOnce(ports, asked, never);
    await Promise.resolve();
    clock.now += heldMs;
    const contended = { ...ports, takeRequestOver: async (was: KeptRequest) => standing(was) };
    expect(await answerOnce(contended, asked, answering)).toMatchObject({
      refused: 'idempotency_in_flight',
      retryAfter,
    });
  });
});
