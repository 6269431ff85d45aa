import type { PayoutProvider } from '../usecases/payouts/provider.ts';

/** People pay, by the batch's CSV, and record the results. Nothing is sent. */
export const manualProvider: PayoutProvider = {
  name: 'manual',
  repeatableForMs: 0,
  needsAccount: false,
  send: async () => ({ status: 'accepted' }),
  find: async () => ({ status: 'uncertain' }),
};
