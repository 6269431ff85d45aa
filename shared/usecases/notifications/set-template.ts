import { type Refusal, refuse } from '../../contract/problems.ts';
import { type AuditEntry, differences } from '../../domain/audit.ts';
import type { NotificationKind } from '../../domain/notifications/notification.ts';
import {
  findTemplateFaults,
  type StoredTemplate,
  type Template,
} from '../../domain/notifications/template.ts';
import type { Program } from '../../domain/programs/program.ts';
import { type NoteChangePorts, noteChange } from '../audit/note-change.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';

/** Which template of a program. */
export interface TemplateName {
  readonly programId: string;
  readonly kind: NotificationKind;
  readonly language: string;
}

export interface FindTemplatePorts {
  /** All templates of a program, or those of a kind. */
  listTemplates(programId: string, kind?: NotificationKind): Promise<readonly StoredTemplate[]>;
}

export interface SetTemplatePorts extends NoteChangePorts, FindTemplatePorts {
  findProgram(programId: string): Promise<Program | undefined>;
  putTemplate(programId: string, template: StoredTemplate, note?: AuditEntry): Promise<'set' | 'again'>;
  removeTemplate(
    programId: string,
    name: Pick<StoredTemplate, 'kind' | 'language'>,
    note?: AuditEntry,
  ): Promise<'removed' | 'none' | 'again'>;
}

/** The template that a program has of a kind in a language, and no other. */
export async function findTemplate(
  ports: FindTemplatePorts,
  { programId, kind, language }: TemplateName,
): Promise<StoredTemplate | Refusal> {
  const found = (await ports.listTemplates(programId, kind)).find((one) => one.language === language);
  return found ?? refuse('template_not_found');
}

/** Refuses a template with what is wrong in each part. */
export function refuseFaulty(kind: NotificationKind, template: Template): Refusal | undefined {
  const errors = findTemplateFaults(kind, template);
  return errors.length === 0 ? undefined : refuse('invalid_request', { errors });
}

/** Sets what a program says of a kind in a language, in place of what we say. */
export async function setTemplate(
  ports: SetTemplatePorts,
  name: TemplateName,
  template: Template,
): Promise<StoredTemplate | Refusal> {
  const { programId, kind, language } = name;
  const faulty = refuseFaulty(kind, template);
  if (faulty !== undefined) return faulty;
  if ((await ports.findProgram(programId)) === undefined) return refuse('program_not_found');
  const before = await findTemplate(ports, name);
  const next = { ...template, kind, language, updatedAt: isoTime(ports.now()) };
  const note = noteChange(ports, {
    ...target('notification_template.set', name),
    ...differences('refused' in before ? {} : partsOf(before), template),
  });
  const done = await whileContended(() => ports.putTemplate(programId, next, note));
  return done === undefined ? refuse('contended') : next;
}

/** Goes back to what we say. */
export async function removeTemplate(
  ports: SetTemplatePorts,
  name: TemplateName,
): Promise<Refusal | { readonly removed: true }> {
  const note = noteChange(ports, {
    ...target('notification_template.removed', name),
    before: null,
    after: null,
  });
  const result = await whileContended(() => ports.removeTemplate(name.programId, name, note));
  if (result === undefined) return refuse('contended');
  return result === 'removed' ? { removed: true } : refuse('template_not_found');
}

function target(action: `notification_template.${'set' | 'removed'}`, name: TemplateName) {
  const { programId, kind, language } = name;
  return { programId, action, target: { type: 'notification_template', id: `${kind}/${language}` } } as const;
}

function partsOf({ subject, text, html }: Template): Template {
  return { subject, text, ...(html !== undefined && { html }) };
}
