import { type DefaultHooks, type HookFailure, hookOf } from '../../domain/hooks/hook.ts';
import type { Program } from '../../domain/programs/program.ts';
import { type CallHookPorts, callHookTwice } from './ask-hook.ts';

export interface NotifyHookPorts extends CallHookPorts {
  readonly defaultHooks: DefaultHooks;
  findProgram(programId: string): Promise<Program | undefined>;
}

/** Something that happened, as the event bus carries it. */
export interface Notice {
  /** The same for each delivery. */
  readonly id: string;
  readonly type: string;
  readonly programId: string;
  /** ISO 8601. */
  readonly occurredAt: string;
  readonly data: object;
}

/**
 * What became of a notice: it was told; nobody is there to tell, or wants to hear it, and it never will be told; or
 * telling failed, and may succeed later.
 */
export type NoticeOutcome =
  | { readonly outcome: 'told' }
  | { readonly outcome: 'dropped'; readonly because: 'unknown_program' | 'no_hook' | 'gone' }
  | { readonly outcome: 'failed'; readonly because: HookFailure };

/**
 * Tells a program's own logic what happened; what it answers is not looked at. Nothing is kept: a notice that is
 * delivered twice is told twice, by the same id.
 *
 * Whatever is no 2xx is a failure, a 404 as well: whoever mends the address wants what was missed. 410 alone says that
 * nobody wants it. Source: Standard Webhooks 1.0, "Delivery success and failure".
 */
export async function notifyHook(ports: NotifyHookPorts, notice: Notice): Promise<NoticeOutcome> {
  const program = await ports.findProgram(notice.programId);
  if (program === undefined) return { outcome: 'dropped', because: 'unknown_program' };
  const hook = hookOf(program, 'notification', ports.defaultHooks);
  if (hook === undefined) return { outcome: 'dropped', because: 'no_hook' };
  const { id, ...event } = notice;
  const reply = await callHookTwice(ports, hook, 'notification', { event }, id);
  // Its status was a 2xx: only then is a body read.
  if ('body' in reply || reply.because === 'answer_too_large') return { outcome: 'told' };
  const { because } = reply;
  return because === 'gone' ? { outcome: 'dropped', because } : { outcome: 'failed', because };
}
