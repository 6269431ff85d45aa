import type * as z from 'zod';
import { exampleEvent } from '../openapi/webhooks.ts';
import * as contract from '../webhooks.ts';
import { exampleOf } from './example.ts';
import { times } from './story.ts';

const endpoint: z.output<typeof contract.webhookEndpoint> = {
  endpointId: 'whe_01kakzv2qe3h8s7w9n5c4b6d2f',
  url: 'https://example.com/webhooks/plusone',
  types: ['reward.*', 'payout.paid'],
  programIds: [],
  enabled: true,
  failures: 0,
  createdAt: times.registered,
  updatedAt: times.registered,
};
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwExampleOnly0';

const delivery: z.output<typeof contract.delivery> = {
  deliveryId: 'dlv_0mhx7k2q1b1c8z3m5q7r9t2v4',
  endpointId: endpoint.endpointId,
  event: exampleEvent('reward.created') as z.output<typeof contract.delivery>['event'],
  status: 'delivered',
  tries: [{ at: times.ordered, url: endpoint.url, durationMs: 38, status: 204 }],
};

export const webhookExamples = [
  exampleOf(contract.createWebhookEndpoint, {
    body: { url: endpoint.url, types: ['reward.*', 'payout.paid'] },
    answer: { endpoint, secret },
  }),
  exampleOf(contract.listWebhookEndpoints, { answer: { endpoints: [endpoint] } }),
  exampleOf(contract.getWebhookEndpoint, { answer: { endpoint } }),
  exampleOf(contract.updateWebhookEndpoint, { body: { enabled: true }, answer: { endpoint } }),
  exampleOf(contract.deleteWebhookEndpoint, { answer: { endpoint } }),
  exampleOf(contract.rotateWebhookSecret, {
    body: { overlapSeconds: 86_400 },
    answer: { endpoint: { ...endpoint, oldSecretUntil: times.paid }, secret, oldSecretUntil: times.paid },
  }),
  exampleOf(contract.testWebhookEndpoint, {
    body: { type: 'payout.paid' },
    answer: { deliveryId: delivery.deliveryId },
  }),
  exampleOf(contract.listDeliveries, { answer: { deliveries: [delivery] } }),
  exampleOf(contract.getDelivery, { answer: { delivery } }),
  exampleOf(contract.replayDelivery, { answer: { delivery } }),
  exampleOf(contract.replayDeliveries, {
    body: { from: times.signedUp, to: times.paid, status: 'failed' },
    answer: { from: times.signedUp, to: times.paid },
  }),
];
