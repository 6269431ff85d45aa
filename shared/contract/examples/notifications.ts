import * as contract from '../notifications.ts';
import { exampleOf } from './example.ts';
import { alices, times } from './story.ts';

const contact = {
  ...alices,
  email: 'a…@e….com',
  language: 'de',
  notifications: true,
  updatedAt: times.clicked,
};
const written = {
  subject: 'Du hast {{reward}} verdient',
  text: 'Hallo,\n\ndu hast {{reward}} bei {{program}} verdient.\n\nAbmelden: {{unsubscribeUrl}}\n',
};
const template = { ...written, kind: 'reward_earned', language: 'de', updatedAt: times.clicked } as const;
const mail = {
  subject: 'Du hast 4,90 $ verdient',
  text: 'Hallo,\n\ndu hast 4,90 $ bei Default verdient.\n\nAbmelden: https://api.example.com/unsubscribe/preview\n',
};
const usual = {
  kind: 'reward_earned',
  subject: 'You have earned {{reward}}',
  text: 'Hello,\n\nYou have earned {{reward}} in {{program}}.\n\nUnsubscribe: {{unsubscribeUrl}}\n',
  language: 'en',
  variables: ['program', 'name', 'unsubscribeUrl', 'reward'],
  optional: false,
} as const;

export const notificationExamples = [
  exampleOf(contract.putContact, {
    body: { email: 'alice@example.com', language: 'de' },
    answer: { contact },
  }),
  exampleOf(contract.getContact, { answer: { contact } }),
  exampleOf(contract.deleteContact, { answer: { removed: true } }),
  exampleOf(contract.listNotificationTemplates, {
    answer: { templates: [template], defaults: [{ ...usual, variables: [...usual.variables] }] },
  }),
  exampleOf(contract.putNotificationTemplate, { body: written, answer: { template } }),
  exampleOf(contract.getNotificationTemplate, { answer: { template } }),
  exampleOf(contract.deleteNotificationTemplate, { answer: { removed: true } }),
  exampleOf(contract.previewNotificationTemplate, { body: written, answer: { mail } }),
];
