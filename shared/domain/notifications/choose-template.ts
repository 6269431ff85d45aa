import { defaultLanguageOf, defaultTemplates } from './default-templates.ts';
import type { NotificationKind } from './notification.ts';
import type { StoredTemplate, Template } from './template.ts';

/**
 * The template for a participant, and its language: that of their language, then of its wider form (`de` for `de-AT`),
 * then the program's English one; where the program has none of these, our own in their language, then in English.
 */
export function chooseTemplate(
  kind: NotificationKind,
  templates: readonly StoredTemplate[],
  language = 'en',
): { readonly template: Template; readonly language: string } {
  const [wide = 'en'] = language.split('-');
  for (const wanted of [language, wide, 'en']) {
    const found = templates.find((one) => one.language.toLowerCase() === wanted.toLowerCase());
    // Whoever reads German in Austria writes sums as there.
    if (found !== undefined)
      return { template: found, language: wanted === wide ? language : found.language };
  }
  const ours = defaultLanguageOf(language);
  return { template: defaultTemplates[ours ?? 'en'][kind], language: ours === undefined ? 'en' : language };
}
