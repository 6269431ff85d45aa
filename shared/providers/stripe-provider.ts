import * as z from 'zod';
import { currencyExponent } from '../domain/money/currencies.ts';
import type { PayoutRecord } from '../domain/money/payout.ts';
import type { PayoutProvider, ProviderAnswer, ProviderFinding } from '../usecases/payouts/provider.ts';
import { callProvider, type ProviderResponse } from './call-provider.ts';

/** The platform's key at Stripe. */
export interface StripeSettings {
  readonly secretKey: string;
  /** @default https://api.stripe.com */
  readonly apiUrl?: string | undefined;
  /** @default 6000 */
  readonly timeoutMs?: number | undefined;
}

/** For how long Stripe keeps an idempotency key: https://docs.stripe.com/api/idempotent_requests */
const keptMs = 24 * 60 * 60_000;

/**
 * Moves money to participants' connected accounts by transfers of Stripe Connect
 * (https://docs.stripe.com/api/transfers/create). A transfer's group is the payout's id, by which it is found again.
 */
export function stripeProvider(settings: StripeSettings): PayoutProvider {
  const { secretKey, apiUrl = 'https://api.stripe.com', timeoutMs = 6_000 } = settings;
  const authorization = `Bearer ${secretKey}`;
  return {
    name: 'stripe',
    repeatableForMs: keptMs,
    needsAccount: true,

    send: async (record, key) => {
      const form = transferForm(record);
      if (form === undefined) return { status: 'failed', reason: 'not_payable_by_stripe' };
      const response = await callProvider({
        url: `${apiUrl}/v1/transfers`,
        method: 'POST',
        headers: {
          authorization,
          'content-type': 'application/x-www-form-urlencoded',
          'idempotency-key': key,
        },
        body: form.toString(),
        timeoutMs,
      });
      return answerOf(response);
    },

    find: async ({ payout }) => {
      const query = new URLSearchParams({ transfer_group: payout.payoutId, limit: '10' });
      const response = await callProvider({
        url: `${apiUrl}/v1/transfers?${query}`,
        method: 'GET',
        headers: { authorization },
        timeoutMs,
      });
      return findingOf(response, payout.payoutId);
    },
  };
}

/** The same in every attempt: Stripe refuses a key that comes back with other fields. */
function transferForm({ payout, destination }: PayoutRecord): URLSearchParams | undefined {
  const amount = stripeAmount(payout.amount, payout.currency);
  if (amount === undefined || destination === undefined) return undefined;
  return new URLSearchParams({
    amount: String(amount),
    currency: payout.currency.toLowerCase(),
    destination,
    transfer_group: payout.payoutId,
    'metadata[payout_id]': payout.payoutId,
    ...(payout.batchId !== undefined && { 'metadata[batch_id]': payout.batchId }),
  });
}

/**
 * Minor units as Stripe counts them, which for three currencies are not those of ISO 4217, and where there are
 * thousandths only whole hundredths: https://docs.stripe.com/currencies#special-cases
 *
 * @returns undefined for a sum that Stripe cannot write
 */
export function stripeAmount(amount: number, currency: string): number | undefined {
  if (currency === 'ISK' || currency === 'UGX') return amount * 100;
  if (currency === 'MGA') return amount % 100 === 0 ? amount / 100 : undefined;
  if (currencyExponent(currency) === 3 && amount % 10 !== 0) return undefined;
  return amount;
}

const transfer = z.object({
  object: z.literal('transfer'),
  id: z.string(),
  reversed: z.boolean().default(false),
  amount_reversed: z.int().default(0),
  metadata: z.record(z.string(), z.string()).default({}),
});

const failure = z.object({ error: z.object({ type: z.string(), code: z.string().optional() }) });

/** What Stripe has refused for good: the request was wrong, or the account cannot be paid. */
const finalStatuses = new Set([400, 402, 404]);

function answerOf(response: ProviderResponse): ProviderAnswer {
  if (!response.answered) return { status: 'uncertain' };
  if (response.status >= 200 && response.status <= 299) {
    const made = transfer.safeParse(response.body);
    return made.success ? { status: 'paid', reference: made.data.id } : { status: 'uncertain' };
  }
  const refused = failure.safeParse(response.body);
  if (!finalStatuses.has(response.status) || !refused.success) return { status: 'uncertain' };
  const { type, code } = refused.data.error;
  // The key has been used with other fields: what came of that call is not said.
  if (type === 'idempotency_error') return { status: 'uncertain' };
  return { status: 'failed', reason: code ?? type };
}

const transfers = z.object({ object: z.literal('list'), data: z.array(transfer) });

function findingOf(response: ProviderResponse, payoutId: string): ProviderFinding {
  if (!response.answered || response.status !== 200) return { status: 'uncertain' };
  const list = transfers.safeParse(response.body);
  if (!list.success) return { status: 'uncertain' };
  const found = list.data.data.find(({ metadata }) => metadata['payout_id'] === payoutId);
  if (found === undefined) return { status: 'absent' };
  if (found.reversed) return { status: 'failed', reference: found.id, reason: 'reversed' };
  return found.amount_reversed > 0 ? { status: 'uncertain' } : { status: 'paid', reference: found.id };
}
