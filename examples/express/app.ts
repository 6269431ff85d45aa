import { randomUUID } from 'node:crypto';
import express, { type Express, type Request } from 'express';
import { type Plusone, PlusoneError } from 'plusone-client';
import { type DomainEvent, verifyWebhook } from 'plusone-client/webhooks';
import { signUpPage, welcomePage } from './pages.ts';

export interface AppOptions {
  readonly plusone: Plusone;
  /** Where browsers load the snippet: `plusone.js` of the API. */
  readonly snippetUrl: string;
  /** Of the webhook endpoint: `whsec_…`. */
  readonly webhookSecret: string;
  /** What to do about an event. Called once for each, but for a restart. */
  readonly onEvent: (event: DomainEvent) => void;
}

/** The fields that the snippet fills; they go into `verifyReferral` as they are. */
const evidence = ['clickId', 'referralCode', 'token', 'landed'] as const;

/** What stays wrong however often it is sent. */
const refusals = ['invalid_request', 'event_conflict'];

/** An application that signs people up, reports their orders, and hears what came of them. */
export function createApp({ plusone, snippetUrl, webhookSecret, onEvent }: AppOptions): Express {
  const app = express();
  /** Ids of webhooks that were taken: yours belong into a database, with what they led to. */
  const taken = new Set<string>();

  app.get('/', (_request, response) => {
    response.send(signUpPage(snippetUrl));
  });

  app.post('/sign-up', express.urlencoded(), async (request, response) => {
    const form = request.body as Record<string, string>;
    const userId = `user-${randomUUID()}`;
    const cameBy = Object.fromEntries(evidence.flatMap((name) => (form[name] ? [[name, form[name]]] : [])));
    if (Object.keys(cameBy).length > 0) {
      const referral = await plusone.verifyReferral({ newUserId: userId, ...cameBy, ...signalsOf(request) });
      // Nobody is kept out for the link that they came by.
      if (!referral.ok) console.warn(`No referral for ${userId}: ${referral.error.code}`);
    }
    const { link } = await plusone.orThrow.generateLink({ userId });
    response.status(201).send(welcomePage(form['name'] ?? 'friend', userId, link));
  });

  // Called by the payment system, which proves itself in its own way.
  app.post('/hooks/orders', express.json(), async (request, response) => {
    const { orderId, userId, amount, currency } = request.body as Order;
    // The event's id is the order's: a hook that is called twice reports it once.
    const event = { type: 'order.paid', id: orderId, orderId, userId, amount, currency };
    const result = await plusone.events.record(event);
    if (!result.ok)
      console.error(`Order ${orderId} is not reported: ${new PlusoneError(result.error).message}`);
    // Anything but success makes the payment system call again, which helps only where the answer could be another.
    const isFinal = result.ok || refusals.includes(result.error.code);
    response.status(isFinal ? 204 : 503).end();
  });

  app.post('/webhooks/plusone', express.raw({ type: '*/*' }), async (request, response) => {
    const received = { body: request.body as Buffer, headers: request.headers };
    const webhook = await verifyWebhook(received, { secret: webhookSecret });
    if (!webhook.ok) {
      response.status(400).send(webhook.reason);
      return;
    }
    if (!taken.has(webhook.id)) {
      onEvent(webhook.event);
      taken.add(webhook.id);
    }
    response.status(204).end();
  });

  return app;
}

/**
 * What fraud rules look at: hashed on arrival. Behind a proxy of yours, `app.set('trust proxy', 1)` makes `ip` the visitor's.
 */
function signalsOf({ body, ip, headers }: Request) {
  const { email } = body as Record<string, string>;
  const userAgent = headers['user-agent'];
  return { ...(email && { email }), ...(ip && { ip }), ...(userAgent && { userAgent }) };
}

interface Order {
  readonly orderId: string;
  readonly userId: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
}
