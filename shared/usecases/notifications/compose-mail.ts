import { chooseTemplate } from '../../domain/notifications/choose-template.ts';
import { formatDay, formatSum } from '../../domain/notifications/format.ts';
import type { NotificationFacts, NotificationKind } from '../../domain/notifications/notification.ts';
import { renderTemplate, type StoredTemplate, type Template } from '../../domain/notifications/template.ts';

/** What a mail is made of, beside its template. */
export interface MailContent {
  readonly kind: NotificationKind;
  readonly facts: NotificationFacts;
  /** The name of the program. */
  readonly program: string;
  /** Of the participant; empty where none is known. */
  readonly name: string;
  readonly unsubscribeUrl: string;
}

/** Writes what a participant is told, in their language as far as the program has it. */
export function composeMail(
  templates: readonly StoredTemplate[],
  language: string | undefined,
  content: MailContent,
): Template {
  const chosen = chooseTemplate(content.kind, templates, language);
  return renderTemplate(chosen.template, valuesOf(content, chosen.language));
}

/** What the variables of a template stand for. */
export function valuesOf(
  { facts, program, name, unsubscribeUrl }: MailContent,
  language: string,
): Readonly<Record<string, string>> {
  const { amount, currency, name: title = '', availableAt } = facts;
  const sum = amount === undefined || currency === undefined ? '' : formatSum(amount, currency, language);
  return {
    program,
    name,
    unsubscribeUrl,
    amount: sum,
    reward: sum === '' ? title : sum,
    milestone: title,
    availableOn: availableAt === undefined ? '' : formatDay(availableAt, language),
  };
}
