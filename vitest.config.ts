import { defineConfig } from 'vitest/config';

/** As `paths` of tsconfig.json: examples import the client as those who install it do. */
const alias = {
  'plusone-client/webhooks': new URL('client/webhooks.ts', import.meta.url).pathname,
  'plusone-client': new URL('client/index.ts', import.meta.url).pathname,
};

const project = (name: string, include: string[], timeout: number, globalSetup: string[] = []) => ({
  resolve: { alias },
  test: { name, include, environment: 'node', testTimeout: timeout, hookTimeout: timeout * 2, globalSetup },
});

export default defineConfig({
  test: {
    globalSetup: ['test/support/temporary-folder.ts'],
    projects: [
      project(
        'unit',
        ['test/{domain,contract,usecases,http,queue,runtime,providers,browser,client}/**/*.test.ts'],
        20_000,
      ),
      project('table', ['test/table/**/*.test.ts'], 60_000),
      project('functions', ['test/functions/**/*.test.ts'], 60_000),
      project('infra', ['test/infra/**/*.test.ts'], 120_000),
      project('local', ['test/local/**/*.test.ts'], 60_000),
      project('properties', ['test/properties/**/*.test.ts'], 120_000),
      project('end-to-end', ['test/end-to-end/**/*.test.ts'], 120_000, [
        'test/end-to-end/support/synthesize.ts',
      ]),
      project('chromium', ['test/chromium/**/*.test.ts'], 120_000, [
        'test/end-to-end/support/synthesize.ts',
        'test/chromium/support/find-chromium.ts',
      ]),
    ],
  },
});
