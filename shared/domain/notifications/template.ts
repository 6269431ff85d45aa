import { escapeHtml } from '../escape-html.ts';
import type { NotificationKind } from './notification.ts';

/** What a notification says, with variables such as `{{program}}`. */
export interface Template {
  readonly subject: string;
  readonly text: string;
  /** Beside the text, for those whose mail shows it. */
  readonly html?: string;
}

/** A template of a program, for a kind of notification and a language. */
export interface StoredTemplate extends Template {
  readonly kind: NotificationKind;
  /** BCP 47, such as `de` or `pt-BR`. */
  readonly language: string;
  /** ISO 8601. */
  readonly updatedAt: string;
}

const always = ['program', 'name', 'unsubscribeUrl'] as const;

/** The variables of each kind. */
export const templateVariables = {
  friend_joined: always,
  reward_earned: [...always, 'reward'],
  reward_held: [...always, 'reward', 'availableOn'],
  reward_available: [...always, 'reward'],
  milestone_reached: [...always, 'milestone', 'reward'],
  payout_sent: [...always, 'amount'],
  payout_failed: [...always, 'amount'],
} as const satisfies Record<NotificationKind, readonly string[]>;

const variable = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** What is wrong with a template: the part, and what it should be. */
export interface TemplateFault {
  readonly field: 'subject' | 'text' | 'html';
  readonly message: string;
}

/** What keeps a template from being sent: unknown variables, and no way to unsubscribe. */
export function findTemplateFaults(kind: NotificationKind, template: Template): readonly TemplateFault[] {
  const names: readonly string[] = templateVariables[kind];
  const parts = (['subject', 'text', 'html'] as const).flatMap((field) => {
    const text = template[field];
    return text === undefined ? [] : [{ field, text }];
  });
  return parts.flatMap(({ field, text }): TemplateFault[] => {
    const used = [...text.matchAll(variable)].map(([, name = '']) => name);
    const unknown = used.filter((name) => !names.includes(name));
    if (unknown.length > 0) {
      return [{ field, message: `has no variable ${unknown.join(', ')}: there are ${names.join(', ')}` }];
    }
    if (field === 'subject' || used.includes('unsubscribeUrl')) return [];
    return [{ field, message: 'must contain {{unsubscribeUrl}}' }];
  });
}

/** Fills a template in. In HTML, values are escaped; in a subject, they stay on one line. */
export function renderTemplate(template: Template, values: Readonly<Record<string, string>>): Template {
  const fill = (text: string, write: (value: string) => string): string =>
    text.replace(variable, (_, name: string) =>
      write(Object.hasOwn(values, name) ? (values[name] ?? '') : ''),
    );
  const { subject, text, html } = template;
  return {
    subject: fill(subject, (value) => value.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')),
    text: fill(text, (value) => value),
    ...(html !== undefined && { html: fill(html, escapeHtml) }),
  };
}
