import type { HookFailure, HookKind, HookOutcome } from '../../domain/hooks/hook.ts';
import { hookVersion } from '../../domain/hooks/hook.ts';
import type { Hook } from '../../domain/programs/program.ts';
import { isoTime, type System } from '../system.ts';

/** One call of a hook. */
export interface HookCall {
  readonly kind: HookKind;
  /** The same for each repeat. */
  readonly id: string;
  /** JSON text. */
  readonly body: string;
  readonly timeoutMs: number;
}

/** What came of one call; `again`: another try may bring more. */
export type HookReply =
  | { readonly body: string }
  | { readonly because: HookFailure; readonly again: boolean };

export interface CallHookPorts extends Pick<System, 'now'> {
  callHook(hook: Hook, call: HookCall): Promise<HookReply>;
}

/** An outcome as it is kept. */
export interface KeptOutcome {
  readonly id: string;
  readonly outcome: HookOutcome<unknown>;
  /** ISO 8601. */
  readonly askedAt: string;
}

export interface AskHookPorts extends CallHookPorts {
  findHookOutcome(id: string): Promise<KeptOutcome | undefined>;
  /** Keeps an outcome unless there is one, and answers with the one that stands. */
  keepHookOutcome(kept: KeptOutcome): Promise<KeptOutcome>;
  /** The answer in a body; undefined if it is none of this kind. */
  readHookAnswer(kind: HookKind, body: string): unknown;
}

/** Less time than this is not worth a second try. */
const leastRetryMs = 50;

/**
 * Asks a program's own logic, once: whatever it came to is kept, an answer as well as a fallback, and a repeat gets
 * what was kept. Two who ask at the same moment both call, by the same id, and both get the answer that was kept
 * first. Whoever dies between the call and the keeping asks again, by the same id.
 *
 * Never called within a transaction, or while anything else waits for it.
 *
 * @param id from `hookCallId`
 * @param request without version, kind and id, which are added
 */
export async function askHook<Answer>(
  ports: AskHookPorts,
  hook: Hook,
  kind: HookKind,
  request: object,
  id: string,
): Promise<HookOutcome<Answer>> {
  const before = await ports.findHookOutcome(id);
  if (before !== undefined) return before.outcome as HookOutcome<Answer>;
  const reply = await callHookTwice(ports, hook, kind, request, id);
  const outcome = outcomeOf(ports, hook, kind, reply);
  const kept = await ports.keepHookOutcome({ id, outcome, askedAt: isoTime(ports.now()) });
  return kept.outcome as HookOutcome<Answer>;
}

/** Calls a hook, and a second time within its time where that may help. */
export async function callHookTwice(
  ports: CallHookPorts,
  hook: Hook,
  kind: HookKind,
  request: object,
  id: string,
): Promise<HookReply> {
  const body = JSON.stringify({ version: hookVersion, kind, id, ...request });
  const until = ports.now() + hook.timeoutMs;
  const first = await ports.callHook(hook, { kind, id, body, timeoutMs: hook.timeoutMs });
  const left = until - ports.now();
  if ('body' in first || !first.again || left < leastRetryMs) return first;
  return ports.callHook(hook, { kind, id, body, timeoutMs: left });
}

function outcomeOf(ports: AskHookPorts, hook: Hook, kind: HookKind, reply: HookReply): HookOutcome<unknown> {
  const { fallback } = hook;
  if ('because' in reply) return { fallback, because: reply.because };
  const answer = ports.readHookAnswer(kind, reply.body);
  return answer === undefined ? { fallback, because: 'answer_not_valid' } : { answer };
}
