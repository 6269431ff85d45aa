import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { PayoutRecord } from '../domain/money/payout.ts';
import { signWebhook } from '../runtime/outbound/sign-webhook.ts';
import type { PayoutProvider, ProviderAnswer, ProviderFinding } from '../usecases/payouts/provider.ts';
import { callProvider, type ProviderResponse } from './call-provider.ts';

/** Where the customer's payment system listens, and the secret that it checks signatures with (`whsec_…`). */
export interface WebhookSettings {
  readonly url: string;
  readonly secret: string;
  /** @default 6000 */
  readonly timeoutMs?: number | undefined;
}

const day = 24 * 60 * 60_000;

/**
 * Hands payouts to the customer's own payment system, signed as Standard Webhooks says
 * (https://github.com/standard-webhooks/standard-webhooks). `payout.send` asks for money to be moved; its
 * `webhook-id` is the payout's key, the same in every attempt, and the receiver acts on it once. `payout.status`
 * asks what became of it.
 *
 * @param now milliseconds since 1970
 */
export function webhookProvider(settings: WebhookSettings, now: () => number): PayoutProvider {
  const post = (id: string, message: object): Promise<ProviderResponse> => {
    const body = JSON.stringify(message);
    return callProvider({
      url: settings.url,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signWebhook([settings.secret], id, now(), body) },
      body,
      timeoutMs: settings.timeoutMs ?? 6_000,
    });
  };
  return {
    name: 'webhook',
    repeatableForMs: day,
    needsAccount: false,
    send: async (record, key) => answerOf(await post(key, messageOf('payout.send', record, key))),
    find: async (record, key) =>
      findingOf(await post(`msg_${randomUUID()}`, messageOf('payout.status', record, key))),
  };
}

function messageOf(type: string, { payout, intent }: PayoutRecord, idempotencyKey: string): object {
  const { payoutId, programId, userId, amount, currency, batchId, createdAt } = payout;
  return {
    type,
    timestamp: intent?.startedAt ?? createdAt,
    data: { idempotencyKey, payout: { payoutId, programId, userId, amount, currency, batchId, createdAt } },
  };
}

const said = z.object({
  status: z.enum(['accepted', 'paid', 'failed', 'unknown']),
  reference: z.string().max(200).optional(),
  reason: z.string().max(200).optional(),
});

type Said = z.output<typeof said>;

/** A success without a word is `accepted`. Everything but a success leaves open what happened. */
function answerOf(response: ProviderResponse): ProviderAnswer {
  if (!response.answered || response.status < 200 || response.status > 299) return { status: 'uncertain' };
  if (response.body === undefined) return { status: 'accepted' };
  const read = said.safeParse(response.body);
  if (!read.success || read.data.status === 'unknown') return { status: 'uncertain' };
  return shown(read.data, read.data.status);
}

/** Only the word `unknown` says that nothing has arrived: a missing page does not. */
function findingOf(response: ProviderResponse): ProviderFinding {
  if (!response.answered || response.status < 200 || response.status > 299) return { status: 'uncertain' };
  const read = said.safeParse(response.body);
  if (!read.success) return { status: 'uncertain' };
  return read.data.status === 'unknown' ? { status: 'absent' } : shown(read.data, read.data.status);
}

function shown({ reference, reason }: Said, status: ProviderAnswer['status']): ProviderAnswer {
  return { status, ...(reference !== undefined && { reference }), ...(reason !== undefined && { reason }) };
}
