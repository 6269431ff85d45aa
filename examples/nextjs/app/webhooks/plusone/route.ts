import { verifyWebhook } from 'plusone-client/webhooks';
import { webhookSecret } from '../../../lib/plusone.ts';

/** Ids of webhooks that were taken: yours belong into a database, with what they led to. */
const taken = new Set<string>();

/** Hears what happened, once for each id, from nobody but Plusone. */
export async function POST(request: Request): Promise<Response> {
  const received = { body: await request.text(), headers: request.headers };
  const webhook = await verifyWebhook(received, { secret: webhookSecret() });
  if (!webhook.ok) return new Response(webhook.reason, { status: 400 });
  if (!taken.has(webhook.id)) console.log(webhook.event.type, webhook.id);
  taken.add(webhook.id);
  return new Response(null, { status: 204 });
}
