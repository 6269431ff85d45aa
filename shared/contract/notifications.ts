import * as z from 'zod';
import { email, programId, text, timestamp, userId } from './fields.ts';
import { defineRoute } from './route.ts';

const tag = 'Notifications';

const language = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$/, 'must be a language tag such as de or pt-BR')
  .overwrite(canonical)
  .meta({ description: 'BCP 47', example: 'de' });

function canonical(tagged: string): string {
  try {
    return Intl.getCanonicalLocales(tagged)[0] ?? tagged;
  } catch {
    return tagged;
  }
}

const kind = z.enum([
  'friend_joined',
  'reward_earned',
  'reward_held',
  'reward_available',
  'milestone_reached',
  'payout_sent',
  'payout_failed',
]);

/** Text of several lines; no other control characters, and no halves of a character. */
const longText = (max: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters`)
    .regex(/^(?:[^\p{Cc}\p{Cs}]|[\t\r\n])*$/u, 'must not contain control characters or broken ones');

const ofParticipant = {
  path: '/v1/programs/{programId}/participants/{userId}/contact',
  area: 'notifications',
  tag,
  params: z.strictObject({ programId, userId }),
} as const;

const contactAnswer = z.object({
  contact: z
    .object({
      programId,
      userId,
      email: z.string().meta({
        description: 'Masked: the address itself is shown to nobody, also not to whoever set it',
        example: 'a…@e….com',
      }),
      language: z.string().optional(),
      notifications: z.boolean(),
      updatedAt: timestamp,
    })
    .meta({ id: 'Contact' }),
});

const removed = z.object({ removed: z.literal(true) });

export const putContact = defineRoute({
  ...ofParticipant,
  operationId: 'putContact',
  method: 'PUT',
  audited: ['participant.contact_set'],
  summary: 'Set where a participant is written to',
  description:
    'Kept encrypted and apart from the participant. Whoever has unsubscribed stays so until `notifications: true` is given.',
  body: z.strictObject({
    email: email
      .regex(/^[\x20-\x7e]*@/, 'must have ASCII before its @: mail to others is not carried everywhere')
      .meta({ example: 'alice@example.com' }),
    language: language.optional().meta({ description: 'BCP 47; English unless given', example: 'de' }),
    notifications: z
      .boolean()
      .optional()
      .meta({ description: 'false: they are told of nothing. Left out: as it is, true at first' }),
  }),
  success: { status: 200, description: 'The contact', schema: contactAnswer },
  problems: ['participant_not_found', 'contended'],
});

export const getContact = defineRoute({
  ...ofParticipant,
  operationId: 'getContact',
  method: 'GET',
  summary: 'See whether and where a participant is written to',
  success: { status: 200, description: 'The contact', schema: contactAnswer },
  problems: ['contact_not_found'],
});

export const deleteContact = defineRoute({
  ...ofParticipant,
  operationId: 'deleteContact',
  method: 'DELETE',
  audited: ['participant.contact_removed'],
  summary: 'Forget where a participant is written to',
  description: 'That they have unsubscribed is not forgotten.',
  success: { status: 200, description: 'It is forgotten', schema: removed },
  problems: ['contact_not_found', 'contended'],
});

const template = z.strictObject({
  subject: text(200),
  text: longText(10_000),
  html: longText(50_000).optional(),
});

const storedTemplate = template
  .extend({ kind, language: z.string(), updatedAt: timestamp })
  .meta({ id: 'NotificationTemplate' });

const templatePath = '/v1/programs/{programId}/notification-templates/{kind}/{language}';

const ofTemplate = {
  path: templatePath,
  area: 'notifications',
  tag,
  params: z.strictObject({ programId, kind, language }),
} as const;

const templateAnswer = z.object({ template: storedTemplate });

export const listNotificationTemplates = defineRoute({
  operationId: 'listNotificationTemplates',
  method: 'GET',
  path: '/v1/programs/{programId}/notification-templates',
  area: 'notifications',
  tag,
  summary: "List a program's templates, and the default ones",
  params: z.strictObject({ programId }),
  query: z.strictObject({
    language: language.optional().meta({ description: 'Of the default ones; English unless we have it' }),
  }),
  success: {
    status: 200,
    description: 'Templates of the program; and of each kind what is sent otherwise, with its variables',
    schema: z.object({
      templates: z.array(storedTemplate),
      defaults: z.array(
        template.extend({
          kind,
          language: z.string(),
          variables: z.array(z.string()),
          optional: z
            .boolean()
            .meta({ description: 'true: only sent where the program has a template of it' }),
        }),
      ),
    }),
  },
});

export const putNotificationTemplate = defineRoute({
  ...ofTemplate,
  operationId: 'putNotificationTemplate',
  method: 'PUT',
  audited: ['notification_template.set'],
  summary: 'Set what participants are told, of a kind and in a language',
  description:
    'Variables are written `{{reward}}`, and escaped in `html`. `text` and `html` must contain `{{unsubscribeUrl}}`.',
  body: template,
  success: { status: 200, description: 'The template', schema: templateAnswer },
  problems: ['program_not_found', 'contended'],
});

export const getNotificationTemplate = defineRoute({
  ...ofTemplate,
  operationId: 'getNotificationTemplate',
  method: 'GET',
  summary: 'Read a template of a program',
  success: { status: 200, description: 'The template', schema: templateAnswer },
  problems: ['template_not_found'],
});

export const deleteNotificationTemplate = defineRoute({
  ...ofTemplate,
  operationId: 'deleteNotificationTemplate',
  method: 'DELETE',
  audited: ['notification_template.removed'],
  summary: 'Go back to the default template',
  success: { status: 200, description: 'It is removed', schema: removed },
  problems: ['template_not_found', 'contended'],
});

export const previewNotificationTemplate = defineRoute({
  ...ofTemplate,
  operationId: 'previewNotificationTemplate',
  method: 'POST',
  path: `${templatePath}/preview`,
  audited: false,
  summary: 'See a mail as it would be sent, with made-up values',
  description:
    'Of the template that is given, or else of the one that would be chosen. Nothing is sent or kept.',
  body: template.partial(),
  bodyOptional: true,
  success: { status: 200, description: 'The mail', schema: z.object({ mail: template }) },
  problems: ['program_not_found'],
});

const unsubscribePath = {
  path: '/unsubscribe/{token}',
  area: 'notifications',
  tag,
  params: z.strictObject({ token: z.string().max(200) }),
} as const;

export const showUnsubscribe = defineRoute({
  ...unsubscribePath,
  operationId: 'showUnsubscribe',
  method: 'GET',
  summary: 'The page that asks whether to unsubscribe',
  description: 'Changes nothing: what looks at links in mails must not unsubscribe anybody.',
  success: { status: 200, description: 'A page', media: ['text/html'] },
});

export const unsubscribe = defineRoute({
  ...unsubscribePath,
  operationId: 'unsubscribe',
  method: 'POST',
  audited: false,
  summary: 'Unsubscribe from notifications',
  description: 'One click, without signing in (RFC 8058): the token comes with each mail, and names nobody.',
  success: { status: 200, description: 'A page', media: ['text/html'] },
});
