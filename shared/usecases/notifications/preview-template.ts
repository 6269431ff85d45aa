import { type Refusal, refuse } from '../../contract/problems.ts';
import { chooseTemplate } from '../../domain/notifications/choose-template.ts';
import { renderTemplate, type Template } from '../../domain/notifications/template.ts';
import { isoTime, type System } from '../system.ts';
import { valuesOf } from './compose-mail.ts';
import { refuseFaulty, type SetTemplatePorts, type TemplateName } from './set-template.ts';

export interface PreviewTemplatePorts
  extends Pick<System, 'now'>,
    Pick<SetTemplatePorts, 'findProgram' | 'listTemplates'> {
  /** Where tokens to unsubscribe are taken, without a slash at its end. */
  readonly unsubscribeBaseUrl: string;
}

/** Parts of a template that is being written. */
export type TemplateDraft = { readonly [Part in keyof Template]?: string | undefined };

/** Shows a mail with made-up values: what would be sent, with what is given in its place. Nothing is sent or kept. */
export async function previewTemplate(
  ports: PreviewTemplatePorts,
  { programId, kind, language }: TemplateName,
  draft: TemplateDraft,
): Promise<Template | Refusal> {
  const program = await ports.findProgram(programId);
  if (program === undefined) return refuse('program_not_found');
  const usual = chooseTemplate(kind, await ports.listTemplates(programId, kind), language);
  const isDraft = Object.keys(draft).length > 0;
  const template = complete(draft, usual.template);
  const faulty = refuseFaulty(kind, template);
  if (faulty !== undefined) return faulty;
  const availableAt = isoTime(ports.now() + 14 * 86_400_000);
  const content = {
    kind,
    facts: { amount: 490, currency: 'USD', name: 'Bronze', availableAt },
    program: program.name,
    name: 'Alice',
    unsubscribeUrl: `${ports.unsubscribeBaseUrl}/preview`,
  };
  return renderTemplate(template, valuesOf(content, isDraft ? language : usual.language));
}

/** What a draft leaves out is as usual; but beside a text of its own no other HTML is shown. */
function complete({ subject, text, html }: TemplateDraft, usual: Template): Template {
  const shownHtml = html ?? (text === undefined ? usual.html : undefined);
  return {
    subject: subject ?? usual.subject,
    text: text ?? usual.text,
    ...(shownHtml !== undefined && { html: shownHtml }),
  };
}
