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
 * Tells a program's own logic what happened; what it answers is not looked at. Nothing is kept: a notice that is
 * delivered twice is told twice, by the same id.
 *
 * @returns why it could not be told; undefined: it was, or the program wants to hear nothing
 */
export async function notifyHook(ports: NotifyHookPorts, notice: Notice): Promise<HookFailure | undefined> {
  const program = await ports.findProgram(notice.programId);
  const hook = program && hookOf(program, 'notification', ports.defaultHooks);
  if (hook === undefined) return undefined;
  const { id, ...event } = notice;
  const reply = await callHookTwice(ports, hook, 'notification', { event }, id);
  return 'because' in reply ? reply.because : undefined;
}
