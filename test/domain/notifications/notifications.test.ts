import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseTemplate } from '../../../shared/domain/notifications/choose-template.ts';
import { maskEmail } from '../../../shared/domain/notifications/contact.ts';
import {
  defaultLanguages,
  defaultTemplates,
} from '../../../shared/domain/notifications/default-templates.ts';
import { formatDay, formatSum } from '../../../shared/domain/notifications/format.ts';
import { notificationKinds, notificationOf } from '../../../shared/domain/notifications/notification.ts';
import {
  findTemplateFaults,
  renderTemplate,
  type StoredTemplate,
  type Template,
} from '../../../shared/domain/notifications/template.ts';
import {
  readUnsubscribeToken,
  signUnsubscribeToken,
} from '../../../shared/domain/notifications/unsubscribe-token.ts';

const referral = { referralId: 'ref_1', programId: 'p', referrerId: 'alice', refereeId: 'bob' };
const reward = { rewardId: 'rwd_1', programId: 'p', userId: 'alice', amount: 490, currency: 'USD' };
const payout = { payoutId: 'pay_1', programId: 'p', userId: 'alice', amount: 490, currency: 'USD' };

const released = { userId: 'alice', kind: 'cash', currency: 'USD', amount: 490, heldUntil: '2026-12-05' };

describe('what a participant is told', () => {
  it.each([
    ['referral.created', { referral: { ...referral, status: 'pending' } }, 'friend_joined'],
    ['referral.completed', { referral: { ...referral, status: 'completed' } }, 'friend_joined'],
    ['reward.created', { reward: { ...reward, status: 'available' } }, 'reward_earned'],
    ['reward.created', { reward: { ...reward, status: 'pending' } }, 'reward_held'],
    ['balance.available', released, 'reward_available'],
    ['milestone.reached', { reward: { ...reward, name: 'Bronze' } }, 'milestone_reached'],
    ['payout.paid', { payout }, 'payout_sent'],
    ['payout.failed', { payout }, 'payout_failed'],
  ])('by %s %j is %s', (type, data, kind) => {
    expect(notificationOf({ type, programId: 'p', data })).toMatchObject({
      kind,
      programId: 'p',
      userId: 'alice',
    });
  });

  it.each([
    ['referral.created', { referral: { ...referral, status: 'in_review' } }],
    ['referral.created', { referral: { ...referral, status: 'rejected' } }],
    ['reward.created', { reward: { ...reward, amount: 0, status: 'available' } }],
    ['payout.requested', { payout }],
    ['constructor', {}],
  ])('by %s %j is nothing', (type, data) => {
    expect(notificationOf({ type, programId: 'p', data })).toBeUndefined();
  });

  it('is the same notification by whatever change it is known, and names no friend', () => {
    const data = { referral: { ...referral, status: 'completed' } };
    const [created, completed] = ['referral.created', 'referral.completed'].map((type) =>
      notificationOf({ type, programId: 'p', data }),
    );
    expect(created).toEqual(completed);
    expect(JSON.stringify(created)).not.toContain('bob');
  });
});

it('tells of what is held no longer by participant, account and day', () => {
  const idOf = (programId: string, more: object = {}) =>
    notificationOf({ type: 'balance.available', programId, data: { ...released, ...more } })?.notificationId;
  const others = [
    idOf('p'),
    idOf('q'),
    idOf('p', { userId: 'bob' }),
    idOf('p', { kind: 'credit' }),
    idOf('p', { currency: 'EUR' }),
    idOf('p', { heldUntil: '2026-12-06' }),
  ];
  expect(new Set(others).size).toBe(others.length);
  expect(idOf('p', { amount: 1 })).toBe(idOf('p'));
  expect(others.join()).not.toMatch(/alice|bob/);
});

describe('sums and days', () => {
  it.each([
    [490, 'USD', 'en', '$4.90'],
    [490, 'USD', 'de', '4,90\u00a0$'],
    [490, 'JPY', 'en', '¥490'],
    [1_234, 'KWD', 'en', 'KWD\u00a01.234'],
    [5, 'EUR', 'en', '€0.05'],
    [-5, 'EUR', 'en', '-€0.05'],
    [1_200, 'points', 'en', '1,200 points'],
    [1_200, 'points', 'de-AT', '1\u00a0200 Punkte'],
    [12, 'points', 'nl', '12 points'],
    [490, 'USD', 'no-such-language-at-all', '$4.90'],
  ])('%i %s in %s is %s', (amount, currency, language, text) => {
    expect(formatSum(amount, currency, language)).toBe(text);
  });

  it('loses no minor unit of any sum', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (amount) => {
        expect(Number(formatSum(amount, 'USD', 'en').replace(/\D/g, ''))).toBe(amount);
      }),
    );
  });

  it('writes days as they are in UTC', () => {
    expect(formatDay('2026-12-03T00:00:00.000Z', 'en')).toBe('December 3, 2026');
    expect(formatDay('2026-12-03T00:00:00.000Z', 'de')).toBe('3. Dezember 2026');
  });
});

const link = '{{unsubscribeUrl}}';

describe('templates', () => {
  describe.each(defaultLanguages)('of our own in %s', (language) => {
    const partsOf = ({ subject, text, html = '' }: Template) => [subject, text, html];
    const variablesOf = (part: string) => [...part.matchAll(/\{\{.*?\}\}/g)].map(([found]) => found).sort();

    it.each(notificationKinds)('can be sent as they are, and say what the English ones do: %s', (kind) => {
      const template = defaultTemplates[language][kind];
      expect(findTemplateFaults(kind, template)).toEqual([]);
      const english = partsOf(defaultTemplates.en[kind]).map(variablesOf);
      expect(partsOf(template).map(variablesOf)).toEqual(english);
      expect(template.html).toContain(`<html lang="${language}">`);
      expect(template.subject).not.toBe(language === 'en' ? '' : defaultTemplates.en[kind].subject);
    });
  });

  it('are refused by the part that has an unknown variable, or no way to unsubscribe', () => {
    const template = { subject: '{{amount}}', text: `{{ program }} ${link}`, html: '<p>{{constructor}}</p>' };
    expect(findTemplateFaults('friend_joined', template)).toEqual([
      { field: 'subject', message: expect.stringContaining('amount') },
      { field: 'html', message: expect.stringContaining('constructor') },
    ]);
    expect(findTemplateFaults('payout_sent', { subject: '{{amount}}', text: 'Paid' })).toEqual([
      { field: 'text', message: 'must contain {{unsubscribeUrl}}' },
    ]);
  });

  it('escape values in HTML, keep subjects on a line, and never read a value as a template', () => {
    const values = { program: `<b>&"'\r\n{{name}}`, name: 'Alice', unsubscribeUrl: 'u' };
    expect(
      renderTemplate({ subject: '{{program}}!', text: '{{program}}', html: '{{program}}' }, values),
    ).toEqual({
      subject: `<b>&"' {{name}}!`,
      text: values.program,
      html: '&lt;b&gt;&amp;&quot;&#39;\r\n{{name}}',
    });
  });

  const stored = (language: string): StoredTemplate => ({
    kind: 'friend_joined',
    language,
    subject: language,
    text: link,
    updatedAt: '',
  });
  it.each([
    ['de-AT', ['de', 'de-AT', 'en'], 'de-AT', 'de-AT'],
    ['de-AT', ['de', 'en'], 'de', 'de-AT'],
    ['fr', ['de', 'en'], 'en', 'en'],
    [undefined, ['de', 'en'], 'en', 'en'],
  ])('for %s of %j is %s, written as in %s', (language, languages, chosen, written) => {
    const found = chooseTemplate('friend_joined', languages.map(stored), language);
    expect(found).toMatchObject({ template: { subject: chosen }, language: written });
  });

  it.each([
    ['de', 'de', 'de'],
    ['de-AT', 'de', 'de-AT'],
    ['pt-BR', 'pt', 'pt-BR'],
    ['en-GB', 'en', 'en-GB'],
    ['nl', 'en', 'en'],
    [undefined, 'en', 'en'],
  ] as const)(
    'are our own for %s where the program has none for it: in %s, written as in %s',
    (asked, ours, written) => {
      expect(chooseTemplate('friend_joined', [stored('it')], asked)).toEqual({
        template: defaultTemplates[ours].friend_joined,
        language: written,
      });
    },
  );
});

describe('a token to unsubscribe', () => {
  const key = '0'.repeat(26);
  it('is believed as it was signed, and in no other form', () => {
    const token = signUnsubscribeToken('key', key);
    expect(readUnsubscribeToken('key', token)).toBe(key);
    expect(readUnsubscribeToken('other', token)).toBeUndefined();
    for (let at = 0; at < token.length; at++) {
      const changed = `${token.slice(0, at)}${token[at] === '1' ? '2' : '1'}${token.slice(at + 1)}`;
      expect(readUnsubscribeToken('key', changed)).toBeUndefined();
    }
    expect(readUnsubscribeToken('key', token.slice(0, -1))).toBeUndefined();
  });
});

it('shows of an address what tells two apart', () => {
  expect(maskEmail('alice@example.com')).toBe('a…@e….com');
  expect(maskEmail('a@localhost')).toBe('a…@l…');
});
