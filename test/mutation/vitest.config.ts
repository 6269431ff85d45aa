import { defineConfig } from 'vitest/config';

/** The tests that mutants of the pure engine have to face: fast ones, with short properties. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/{domain,usecases}/**/*.test.ts'],
    env: { RUNS: '60', SHUFFLES: '1' },
    testTimeout: 20_000,
  },
});
