import { type NotificationKind, notificationKinds } from './notification.ts';
import type { Template } from './template.ts';
import { de } from './words/de.ts';
import { en } from './words/en.ts';
import { es } from './words/es.ts';
import { fr } from './words/fr.ts';
import { pt } from './words/pt.ts';
import type { Words } from './words/words.ts';

const words = { en, de, es, fr, pt } as const satisfies Record<string, Words>;

/** A language that we have words in. */
export type DefaultLanguage = keyof typeof words;

/** The languages that we have words in. */
export const defaultLanguages = Object.keys(words) as readonly DefaultLanguage[];

/** The one of our languages that is a language or its wider form, `de` for `de-AT`; undefined where we have none. */
export function defaultLanguageOf(language: string): DefaultLanguage | undefined {
  const wide = language.split('-')[0]?.toLowerCase();
  return defaultLanguages.find((one) => one === wide);
}

/** What a number of points is counted in; in English for a language of which we know no words. */
export function wordForPoints(language: string): string {
  return words[defaultLanguageOf(language) ?? 'en'].points;
}

/** What is sent where a program says nothing else. */
export const defaultTemplates = Object.fromEntries(
  defaultLanguages.map((language) => [
    language,
    Object.fromEntries(notificationKinds.map((kind) => [kind, writeTemplate(language, kind)])),
  ]),
) as Readonly<Record<DefaultLanguage, Readonly<Record<NotificationKind, Template>>>>;

function writeTemplate(language: DefaultLanguage, kind: NotificationKind): Template {
  const { greeting, told, because, unsubscribe } = words[language];
  const { subject, sentence } = told[kind];
  return {
    subject,
    text: `${greeting}

${sentence}

{{program}}

${because}
${unsubscribe}: {{unsubscribeUrl}}
`,
    html: `<!doctype html>
<html lang="${language}">
<body style="margin:0;padding:24px;font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;color:#1f2937">
<p>${greeting}</p>
<p>${sentence}</p>
<p>{{program}}</p>
<p style="font-size:13px;color:#6b7280">${because}
<a href="{{unsubscribeUrl}}" style="color:#6b7280">${unsubscribe}</a></p>
</body>
</html>
`,
  };
}
