import { describe, expect, it } from 'vitest';
import { providerOf, providerSettings, providersOf } from '../../shared/providers/find-provider.ts';

const webhook = { url: 'https://pay.example.com/hook', secret: `whsec_${'a'.repeat(32)}` };

describe('providers', () => {
  it('are there only with settings, but for people with a file', async () => {
    const now = () => 0;
    expect(providerOf('manual', {}, now)?.name).toBe('manual');
    expect(providerOf('webhook', {}, now)).toBeUndefined();
    expect(providerOf('stripe', { webhook }, now)).toBeUndefined();
    expect(providerOf('webhook', { webhook }, now)?.name).toBe('webhook');
    expect(providerOf('stripe', { stripe: { secretKey: 'sk_1' } }, now)?.name).toBe('stripe');
    expect(await providersOf(undefined, now).findProvider('stripe')).toBeUndefined();
  });

  it.each([
    [{ webhook }, true],
    [{ webhook: { ...webhook, url: 'http://127.0.0.1:4000/pay' } }, true],
    [{ webhook: { ...webhook, url: 'http://pay.example.com/hook' } }, false],
    [{ webhook: { ...webhook, url: 'http://127.0.0.1.evil.example/' } }, false],
    [{ webhook: { ...webhook, secret: 'short' } }, false],
    [{ stripe: {} }, false],
    [{ paypal: {} }, false],
  ])('take settings %o: %s', (settings, isTaken) => {
    expect(providerSettings.safeParse(settings).success).toBe(isTaken);
  });
});
