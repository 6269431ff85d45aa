import { describe, expect, it } from 'vitest';
import type { StoredTemplate } from '../../../shared/domain/notifications/template.ts';
import type { Program } from '../../../shared/domain/programs/program.ts';
import {
  previewTemplate,
  type TemplateDraft,
} from '../../../shared/usecases/notifications/preview-template.ts';
import { codeOf, taken } from '../../table/use-table.ts';

const own: StoredTemplate = {
  kind: 'reward_earned',
  language: 'de',
  subject: 'Du hast {{reward}} verdient',
  text: 'Hallo {{name}}!\n{{unsubscribeUrl}}',
  html: '<p>Hallo {{name}}!</p><a href="{{unsubscribeUrl}}">Abmelden</a>',
  updatedAt: '2026-11-21T10:00:00.000Z',
};

const preview = (draft: TemplateDraft = {}, language = 'de', templates: readonly StoredTemplate[] = [own]) =>
  previewTemplate(
    {
      now: () => Date.parse('2026-11-21T10:00:00.000Z'),
      findProgram: async (programId) => (programId === 'p' ? ({ name: 'Club' } as Program) : undefined),
      listTemplates: async () => templates,
      unsubscribeBaseUrl: 'https://api.example.com/unsubscribe',
    },
    { programId: 'p', kind: 'reward_earned', language },
    draft,
  ).then(taken);

describe('a preview', () => {
  it('shows what would be sent where nothing is given', async () => {
    expect(await preview()).toEqual({
      subject: expect.stringMatching(/^Du hast 4,90.\$ verdient$/),
      text: 'Hallo Alice!\nhttps://api.example.com/unsubscribe/preview',
      html: '<p>Hallo Alice!</p><a href="https://api.example.com/unsubscribe/preview">Abmelden</a>',
    });
  });

  it("completes what is given from the program's own template, not from ours", async () => {
    expect(await preview({ subject: '{{program}}: {{reward}}' })).toEqual({
      ...(await preview()),
      subject: expect.stringMatching(/^Club: 4,90.\$$/),
    });
    expect(await preview({ html: '<p>{{unsubscribeUrl}}</p>' })).toMatchObject({
      text: expect.stringContaining('Hallo Alice!'),
      html: '<p>https://api.example.com/unsubscribe/preview</p>',
    });
  });

  it('completes what is given from the wider language that would be sent', async () => {
    expect(await preview({ subject: '{{reward}}' }, 'de-AT')).toMatchObject({
      subject: expect.stringMatching(/^\$.4,90$/),
      text: expect.stringContaining('Hallo Alice!'),
    });
  });

  it('shows no other HTML beside a text of its own', async () => {
    expect(await preview({ text: '{{unsubscribeUrl}}' })).not.toHaveProperty('html');
  });

  it('completes from ours where the program has none', async () => {
    expect(await preview({ subject: 'Well done' }, 'en', [])).toMatchObject({
      subject: 'Well done',
      text: expect.stringContaining('You have earned $4.90 in Club.'),
    });
  });

  it('is of programs that there are, and of what could be sent', async () => {
    const ports = {
      now: Date.now,
      findProgram: async () => undefined,
      listTemplates: async () => [],
      unsubscribeBaseUrl: '',
    };
    const name = { programId: 'none', kind: 'reward_earned', language: 'de' } as const;
    expect(codeOf(await previewTemplate(ports, name, {}))).toBe('program_not_found');
    await expect(preview({ subject: '{{amount}}' })).rejects.toThrow(/has no variable amount/);
  });
});
