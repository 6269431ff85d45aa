import { type DomainEventType, exampleOf } from '../../../shared/contract/domain-events.ts';
import { isRefusal, refuse } from '../../../shared/contract/problems.ts';
import * as contract from '../../../shared/contract/webhooks.ts';
import type { StoredEndpoint } from '../../../shared/domain/webhooks/endpoint.ts';
import { answerWith, pageAnswer, pageOf } from '../../../shared/http/page.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { sendWebhooks } from '../../../shared/queue/send-webhooks.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { system } from '../../../shared/runtime/system.ts';
import { webhookSecrets } from '../../../shared/runtime/webhooks/webhook-secrets.ts';
import { auditItems } from '../../../shared/table/audit-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { deliveryItems } from '../../../shared/table/delivery-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { webhookEndpointItems } from '../../../shared/table/webhook-endpoint-items.ts';
import { isoTime, type System } from '../../../shared/usecases/system.ts';
import { changeEndpoint } from '../../../shared/usecases/webhooks/change-endpoint.ts';
import { createEndpoint } from '../../../shared/usecases/webhooks/create-endpoint.ts';
import { deleteEndpoint } from '../../../shared/usecases/webhooks/delete-endpoint.ts';
import { replayDelivery } from '../../../shared/usecases/webhooks/replay-delivery.ts';
import { replayRange } from '../../../shared/usecases/webhooks/replay-range.ts';
import { rotateSecret } from '../../../shared/usecases/webhooks/rotate-secret.ts';
import { sendTest } from '../../../shared/usecases/webhooks/send-test.ts';
import { showDelivery, showEndpoint } from './show-endpoint.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = {
  ...system,
  ...webhookEndpointItems(table),
  ...deliveryItems(table),
  ...auditItems(table),
  ...programItems(table),
  sendWebhooks,
  allowLoopback: process.env['HOOKS_ALLOW_LOOPBACK'] === '1',
};
const daySeconds = 86_400;

/** What makes secrets by the ids of a call: its repeat makes the same. */
const making = (by: System) => ({
  ...ports,
  ...by,
  makeSecret: (endpointId: string) => webhookSecrets.makeSecret(by.random(32), endpointId),
});

const show = (stored: StoredEndpoint): object => showEndpoint(stored, isoTime(ports.now()));

/** The endpoint as it stands, for an answer. */
async function shown(endpointId: string): Promise<object> {
  const stored = await ports.findWebhookEndpoint(endpointId);
  return stored === undefined ? refuse('webhook_endpoint_not_found') : show(stored);
}

const create = operation(contract.createWebhookEndpoint, async ({ body, operator, system: by }) => {
  const made = await createEndpoint({ ...making(by), operator }, body);
  return isRefusal(made) ? made : { endpoint: { ...made.endpoint, failures: 0 }, secret: made.secret };
});

const list = operation(contract.listWebhookEndpoints, async () => ({
  endpoints: (await ports.listWebhookEndpoints()).map(show),
}));

const get = operation(contract.getWebhookEndpoint, async ({ params }) =>
  answerWith('endpoint', await shown(params.endpointId)),
);

const update = operation(contract.updateWebhookEndpoint, async ({ params, body, operator }) => {
  const changed = await changeEndpoint({ ...ports, operator }, params.endpointId, body);
  return isRefusal(changed) ? changed : { endpoint: show(changed) };
});

const remove = operation(contract.deleteWebhookEndpoint, async ({ params, operator }) => {
  const deleted = await deleteEndpoint({ ...ports, operator }, params.endpointId);
  return isRefusal(deleted) ? deleted : { endpoint: show(deleted) };
});

const rotate = operation(contract.rotateWebhookSecret, async ({ params, body, operator, system: by }) => {
  const { overlapSeconds = daySeconds } = body;
  const rotated = await rotateSecret({ ...making(by), operator }, params.endpointId, overlapSeconds);
  if (isRefusal(rotated)) return rotated;
  const { stored, secret, oldSecretUntil } = rotated;
  return { endpoint: show(stored), secret, oldSecretUntil };
});

const test = operation(contract.testWebhookEndpoint, async ({ params, body, operator, system: by }) => {
  const type = (body.type ?? 'reward.created') as DomainEventType;
  return sendTest({ ...ports, ...by, operator }, params.endpointId, { type, ...exampleOf(type) });
});

const listAll = operation(contract.listDeliveries, async ({ params: { endpointId }, query }) => {
  if ((await ports.findWebhookEndpoint(endpointId)) === undefined) {
    return refuse('webhook_endpoint_not_found');
  }
  const page = await ports.listDeliveries(endpointId, pageOf(query), { status: query.status });
  return pageAnswer('deliveries', page, showDelivery);
});

const getOne = operation(contract.getDelivery, async ({ params }) => {
  const delivery = await ports.findDelivery(params.endpointId, params.deliveryId);
  return delivery === undefined ? refuse('delivery_not_found') : { delivery: showDelivery(delivery) };
});

const replayOne = operation(contract.replayDelivery, async ({ params, operator, system: by }) => {
  const delivery = await replayDelivery({ ...ports, ...by, operator }, params.endpointId, params.deliveryId);
  return isRefusal(delivery) ? delivery : { delivery: showDelivery(delivery) };
});

const replayAll = operation(contract.replayDeliveries, async ({ params, body, operator, system: by }) => {
  const { from, to = isoTime(by.now()), status } = body;
  const refusal = await replayRange(
    { ...ports, ...by, operator },
    {
      endpointId: params.endpointId,
      from: Date.parse(from),
      to: Date.parse(to),
      ...(status !== undefined && { status }),
    },
  );
  return refusal ?? { from, to };
});

export const handler = serveRoutes([
  create,
  list,
  get,
  update,
  remove,
  rotate,
  test,
  listAll,
  getOne,
  replayOne,
  replayAll,
]);
