import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { system } from '../../../shared/runtime/system.ts';
import { signingSecret } from '../../../shared/runtime/tokens/signing-secret.ts';
import { makeSigningKey } from '../../../shared/usecases/access/make-signing-key.ts';
import { type Backend, startBackend } from '../backend.ts';

let backend: Backend;
let handler: typeof import('../../../functions/schedule/rotate-signing-keys/handler.ts').handler;

beforeAll(async () => {
  backend = await startBackend();
  ({ handler } = await import('../../../functions/schedule/rotate-signing-keys/handler.ts'));
});
afterAll(() => backend.stop());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('adds one key after the days that the settings name, however often it runs, and logs nothing that signs', async () => {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const secret = signingSecret('arn:signing');
  await makeSigningKey({ ...system, ...secret });
  expect(await handler()).toEqual({});
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 90 * 86_400_000 });
  const results = await Promise.all([handler(), handler()]);
  const { keys } = await secret.readSigningKeys();
  expect(keys).toHaveLength(2);
  expect(results.flatMap(({ rotatedTo }) => rotatedTo ?? [])).toEqual([keys[1]?.kid]);
  expect(await handler()).toEqual({});
  expect(keys.filter(({ jwk }) => lines.join('').includes(jwk.d))).toEqual([]);
});
