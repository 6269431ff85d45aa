import { type Refusal, refuse } from '../../contract/problems.ts';
import type { KeptRequest } from '../../domain/requests/kept-request.ts';
import type { System } from '../system.ts';

export interface AnswerOncePorts extends Pick<System, 'now' | 'random'> {
  /** Keeps a request unless one of its id stands. @returns the one that stands */
  beginRequest(request: KeptRequest): Promise<KeptRequest>;
  /** Gives a request that is as it was read, and has no answer, to another holder. @returns the one that stands */
  takeRequestOver(was: KeptRequest, next: KeptRequest): Promise<KeptRequest | undefined>;
  /** Keeps the answer of a request, if it still has this holder. */
  keepAnswer(request: KeptRequest, answer: Uint8Array): Promise<void>;
  /** Lets anybody go on with a request, if it still has this holder. */
  letGo(request: KeptRequest): Promise<void>;
  /** Told when an answer could not be kept: the next one who asks works it out again. */
  answerNotKept(error: unknown): void;
}

/** What a request came to, and how that is kept; without it, the next one who asks works it out again. */
export interface Done<Answer> {
  readonly answer: Answer;
  readonly sealed: Uint8Array | undefined;
}

/** Longer than any function may take to answer: when it is over, whoever held a request has ended or been ended. */
export const heldMs = 30_000;

/** While somebody is likely to be at work, the answer is soon there. */
const soonMs = 3_000;

/**
 * Works a request out once, whoever asks how often: with one write that takes it, and one that keeps its answer. Who
 * asks again costs the one write that fails. If its holder dies, the next one who asks after the hold goes on with the
 * time of the first: so that it makes the same ids, and finds what was made under them.
 *
 * @param work told when the request was first asked for, and whether it may have been worked on before
 * @returns the answer, or the sealed one of before; `idempotency_key_reused` for another content,
 * `idempotency_in_flight` while somebody is at it
 */
export async function answerOnce<Answer>(
  ports: AnswerOncePorts,
  asked: Pick<KeptRequest, 'id' | 'fingerprint'>,
  work: (request: KeptRequest, isRepeat: boolean) => Promise<Done<Answer>>,
): Promise<{ readonly answer: Answer } | { readonly sealed: Uint8Array } | Refusal> {
  const at = ports.now();
  const holder = Buffer.from(ports.random(9)).toString('base64url');
  const own: KeptRequest = { ...asked, at, holder, heldUntil: at + heldMs };
  const standing = await ports.beginRequest(own);
  if (standing.holder === holder) return finish(ports, own, work(own, false));
  if (standing.fingerprint !== own.fingerprint) return refuse('idempotency_key_reused');
  if (standing.answer !== undefined) return { sealed: standing.answer };
  if (standing.heldUntil > at) return inFlight(standing, at);
  const next = { ...standing, holder, heldUntil: own.heldUntil };
  const taken = await ports.takeRequestOver(standing, next);
  if (taken?.holder !== holder) return inFlight(taken ?? next, at);
  return finish(ports, next, work(next, true));
}

async function finish<Answer>(
  ports: AnswerOncePorts,
  request: KeptRequest,
  work: Promise<Done<Answer>>,
): Promise<{ readonly answer: Answer }> {
  try {
    const { answer, sealed } = await work;
    await (sealed === undefined ? ports.letGo(request) : ports.keepAnswer(request, sealed)).catch(
      ports.answerNotKept,
    );
    return { answer };
  } catch (error) {
    await ports.letGo(request).catch(ports.answerNotKept);
    throw error;
  }
}

function inFlight({ heldUntil }: KeptRequest, now: number): Refusal {
  const left = Math.max(0, heldUntil - now);
  const isFresh = left > heldMs - soonMs;
  return refuse('idempotency_in_flight', { retryAfter: isFresh ? 1 : Math.max(1, Math.ceil(left / 1000)) });
}
