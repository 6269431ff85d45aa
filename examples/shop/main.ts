import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Stack } from './plusone.ts';
import { startShop } from './server.ts';

const usage = `A small shop that uses a running stack.

  npm run shop -- [--port N] [--data DIR]

  --port N     port of the shop (4100)
  --data DIR   the data folder of the running stack, where its stack.json is (.plusone)`;

function readStack(dataDir: string): Stack {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'stack.json'), 'utf8')) as Stack;
  } catch {
    throw new Error(
      `No stack is running with the data folder ${dataDir}: start one with npm start, or name its folder with --data`,
    );
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4100' },
      data: { type: 'string', default: '.plusone' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const stack = readStack(values.data);
  const shop = await startShop({ stack, port: Number(values.port), attributes: { 'clean-url': '' } });
  console.log(`The shop is open: ${shop.url}

  1. Sign up there as Alice, and copy her link.
  2. Open the link in a private window, sign up as Bob, and order.
  3. Look at Alice's account again.

Ctrl-C closes it.`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, shop.stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
