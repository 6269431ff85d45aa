import * as contract from '../../../shared/contract/notifications.ts';
import {
  defaultLanguageOf,
  defaultTemplates,
} from '../../../shared/domain/notifications/default-templates.ts';
import { notificationKinds, optionalKinds } from '../../../shared/domain/notifications/notification.ts';
import { templateVariables } from '../../../shared/domain/notifications/template.ts';
import { answerWith } from '../../../shared/http/page.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { loadContactSealer } from '../../../shared/runtime/contact-sealer.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { loadHasher } from '../../../shared/runtime/secrets.ts';
import { system } from '../../../shared/runtime/system.ts';
import { openTable } from '../../../shared/table/client.ts';
import { contactItems } from '../../../shared/table/contact-items.ts';
import { notificationItems } from '../../../shared/table/notification-items.ts';
import { participantItems } from '../../../shared/table/participant-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { previewTemplate } from '../../../shared/usecases/notifications/preview-template.ts';
import {
  removeContact,
  setContact,
  showContact,
} from '../../../shared/usecases/notifications/set-contact.ts';
import {
  findTemplate,
  removeTemplate,
  setTemplate,
} from '../../../shared/usecases/notifications/set-template.ts';
import { isUnsubscribeToken, unsubscribe } from '../../../shared/usecases/notifications/unsubscribe.ts';
import { askPage, donePage, unknownPage } from './pages.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = {
  ...system,
  ...contactItems(table),
  ...notificationItems(table),
  ...participantItems(table),
  ...programItems(table),
};

const putContact = operation(contract.putContact, async ({ params: { programId, userId }, body, operator }) =>
  answerWith(
    'contact',
    await setContact({ ...ports, ...(await loadContactSealer()), operator }, programId, userId, body),
  ),
);

const getContact = operation(contract.getContact, async ({ params: { programId, userId } }) =>
  answerWith('contact', await showContact({ ...ports, ...(await loadContactSealer()) }, programId, userId)),
);

const deleteContact = operation(contract.deleteContact, async ({ params: { programId, userId }, operator }) =>
  removeContact({ ...ports, ...(await loadContactSealer()), operator }, programId, userId),
);

function defaultsIn(asked: string) {
  const language = defaultLanguageOf(asked) ?? 'en';
  return notificationKinds.map((kind) => ({
    ...defaultTemplates[language][kind],
    kind,
    language,
    variables: templateVariables[kind],
    optional: optionalKinds.has(kind),
  }));
}

const listTemplates = operation(contract.listNotificationTemplates, async ({ params, query }) => ({
  templates: await ports.listTemplates(params.programId),
  defaults: defaultsIn(query.language ?? 'en'),
}));

const getTemplate = operation(contract.getNotificationTemplate, async ({ params }) =>
  answerWith('template', await findTemplate(ports, params)),
);

const withoutHoles = ({
  subject,
  text,
  html,
}: {
  subject: string;
  text: string;
  html?: string | undefined;
}) => ({
  subject,
  text,
  ...(html !== undefined && { html }),
});

const putTemplate = operation(contract.putNotificationTemplate, async ({ params, body, operator }) =>
  answerWith('template', await setTemplate({ ...ports, operator }, params, withoutHoles(body))),
);

const deleteTemplate = operation(contract.deleteNotificationTemplate, async ({ params, operator }) =>
  removeTemplate({ ...ports, operator }, params),
);

const preview = operation(contract.previewNotificationTemplate, async ({ params, body }) => {
  const unsubscribeBaseUrl = `${requireEnvironment('API_URL')}/unsubscribe`;
  return answerWith('mail', await previewTemplate({ ...ports, unsubscribeBaseUrl }, params, body));
});

const showUnsubscribe = operation(contract.showUnsubscribe, async ({ params: { token } }) =>
  isUnsubscribeToken(await loadHasher(), token) ? askPage : unknownPage,
);

const postUnsubscribe = operation(contract.unsubscribe, async ({ params: { token } }) =>
  (await unsubscribe({ ...ports, ...(await loadHasher()) }, token)) ? donePage : unknownPage,
);

export const handler = serveRoutes([
  putContact,
  getContact,
  deleteContact,
  listTemplates,
  getTemplate,
  putTemplate,
  deleteTemplate,
  preview,
  showUnsubscribe,
  postUnsubscribe,
]);
