import * as z from 'zod';
import type { PayoutProviderName } from '../domain/money/payout.ts';
import { readSecret } from '../runtime/secrets.ts';
import { keepFor } from '../runtime/timed-cache.ts';
import type { PayoutProvider } from '../usecases/payouts/provider.ts';
import { manualProvider } from './manual-provider.ts';
import { stripeProvider } from './stripe-provider.ts';
import { webhookProvider } from './webhook-provider.ts';

const loopback = /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?(\/|$)/;

/** TLS, except on the machine itself. */
const address = z.url().refine((url) => url.startsWith('https://') || loopback.test(url), 'must be https');

/** A call that asks and then sends again must end within the time of a function. */
const timeoutMs = z.int().min(100).max(6_000).optional();

/** What the secret of payment providers holds, as JSON; each part can be left out. */
export const providerSettings = z.strictObject({
  webhook: z
    .strictObject({ url: address, secret: z.string().regex(/^whsec_[A-Za-z0-9+/=]{32,}$/), timeoutMs })
    .optional(),
  stripe: z.strictObject({ secretKey: z.string().min(1), apiUrl: address.optional(), timeoutMs }).optional(),
});

export type ProviderSettings = z.output<typeof providerSettings>;

/** A provider by its name; undefined without settings for it. @param now milliseconds since 1970 */
export function providerOf(
  name: PayoutProviderName,
  { webhook, stripe }: ProviderSettings,
  now: () => number,
): PayoutProvider | undefined {
  if (name === 'manual') return manualProvider;
  if (name === 'webhook') return webhook && webhookProvider(webhook, now);
  return stripe && stripeProvider(stripe);
}

/**
 * Finds providers by the settings in a secret, which are read anew every minute. Settings that cannot be read are an
 * error that names no value of theirs.
 *
 * @param secretArn none: there are no settings
 */
export function providersOf(secretArn: string | undefined, now: () => number) {
  const load = keepFor(60_000, 1, now, readSettings);
  return {
    findProvider: async (name: PayoutProviderName): Promise<PayoutProvider | undefined> =>
      name === 'manual' || secretArn === undefined
        ? providerOf(name, {}, now)
        : providerOf(name, await load(secretArn), now),
  };
}

async function readSettings(secretArn: string): Promise<ProviderSettings> {
  const text = await readSecret(secretArn);
  if (text === undefined || text.trim() === '') return {};
  const parsed = providerSettings.safeParse(readJson(text));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole');
  throw new Error(`The settings of payment providers are wrong in: ${fields.join(', ')}`);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
