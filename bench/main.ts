import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Call, runLoad } from './load.ts';
import { treeMemoryMb } from './process-memory.ts';

const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0';
const redirects = 5_000;
const orders = 1_000;

interface Stack {
  readonly apiUrl: string;
  readonly apiKey: string;
}

function row(name: string, value: string): void {
  console.log(`${name.padEnd(48)} ${value}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { log: { type: 'string', default: 'examples/demo/sample-access.txt' } },
  });
  const dataDir = join(mkdtempSync(join(tmpdir(), 'plusone-bench-')), 'data');
  const first = await startStack(dataDir);
  await stopStack(first.child);
  const { child, stack, tookMs } = await startStack(dataDir);
  let peak = 0;
  const sampling = setInterval(() => {
    peak = Math.max(peak, treeMemoryMb(child.pid ?? 0));
  }, 250);
  try {
    row('start, nothing changed since the last', `${(tookMs / 1000).toFixed(1)} s`);
    row('memory after start, all processes', `${treeMemoryMb(child.pid ?? 0)} MB`);
    await measureRedirects(stack);
    await measureRewards(stack);
    const played = await runDemo(dataDir, values.log);
    row(`demo with ${values.log.split('/').at(-1)}`, `${(played / 1000).toFixed(1)} s`);
    row('memory at its highest, all processes', `${peak} MB`);
  } finally {
    clearInterval(sampling);
    row('stop', `${((await stopStack(child)) / 1000).toFixed(1)} s`);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function startStack(dataDir: string): Promise<{ child: ChildProcess; stack: Stack; tookMs: number }> {
  const begun = performance.now();
  const args = ['--import', 'tsx', 'local/main.ts', '--port', '0', '--data', dataDir];
  // As `npm start` sets it.
  const env = { ...process.env, MALLOC_ARENA_MAX: '2' };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const file = join(dataDir, 'stack.json');
  while (!existsSync(file)) {
    if (child.exitCode !== null) throw new Error('The stack did not start');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { child, stack: JSON.parse(readFileSync(file, 'utf8')) as Stack, tookMs: performance.now() - begun };
}

async function stopStack(child: ChildProcess): Promise<number> {
  const begun = performance.now();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
  return performance.now() - begun;
}

async function post(stack: Stack, path: string, body: object): Promise<Response> {
  return fetch(`${stack.apiUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function measureRedirects(stack: Stack): Promise<void> {
  const { code } = (await (await post(stack, '/generate-link', { userId: 'bench' })).json()) as {
    code: string;
  };
  const calls = Array.from(
    { length: redirects },
    (_, index): Call => ({
      method: 'GET',
      path: `/r/${code}`,
      headers: { 'user-agent': browser, 'x-forwarded-for': `10.1.${index >> 8}.${index & 255}` },
    }),
  );
  await runLoad(stack.apiUrl, calls.slice(0, 200), 8);
  const alone = await runLoad(stack.apiUrl, calls.slice(200, 700), 1);
  row('redirect, one at a time', `p50 ${alone.p50} ms, p99 ${alone.p99} ms`);
  const busy = await runLoad(stack.apiUrl, calls.slice(700), 24);
  row(
    'redirect, 24 at once',
    `${busy.perSecond}/s, p50 ${busy.p50} ms, p99 ${busy.p99} ms, ${busy.failed} failed`,
  );
  const begun = performance.now();
  for (;;) {
    const answer = await fetch(`${stack.apiUrl}/referral-stats/bench`, {
      headers: { authorization: `Bearer ${stack.apiKey}` },
    });
    if (((await answer.json()) as { clicks: number }).clicks >= redirects) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  row(`all ${redirects} clicks in the totals after`, `${Math.round(performance.now() - begun)} ms`);
}

async function measureRewards(stack: Stack): Promise<void> {
  const { code } = (await (await post(stack, '/generate-link', { userId: 'bench' })).json()) as {
    code: string;
  };
  const delays: number[] = [];
  for (let index = 0; index < 50; index++) {
    await post(stack, '/verify-referral', { newUserId: `bench-${index}`, referralCode: code });
    const event = { type: 'order.paid', userId: `bench-${index}`, amount: 1000, currency: 'USD' };
    await post(stack, '/v1/events', { ...event, id: `bench-${index}` });
    const begun = performance.now();
    for (;;) {
      const answer = await fetch(`${stack.apiUrl}/v1/events/default/bench-${index}`, {
        headers: { authorization: `Bearer ${stack.apiKey}` },
      });
      if (((await answer.json()) as { event: { status: string } }).event.status === 'processed') break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    delays.push(performance.now() - begun);
  }
  delays.sort((a, b) => a - b);
  row(
    "reward visible after its order's 202",
    `p50 ${Math.round(delays[25] ?? 0)} ms, most ${Math.round(delays.at(-1) ?? 0)} ms`,
  );
  await measureOrders(stack);
}

async function measureOrders(stack: Stack): Promise<void> {
  const headers = { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' };
  const calls = Array.from({ length: orders }, (_, index): Call => {
    const event = {
      type: 'order.paid',
      userId: `bench-${index % 50}`,
      id: `load-${index}`,
      amount: 1000,
      currency: 'USD',
    };
    return { method: 'POST', path: '/v1/events', headers, body: JSON.stringify(event) };
  });
  const result = await runLoad(stack.apiUrl, calls, 16);
  row(
    'POST /v1/events, 16 at once',
    `${result.perSecond}/s, p50 ${result.p50} ms, p99 ${result.p99} ms, ${result.failed} failed`,
  );
}

async function runDemo(dataDir: string, log: string): Promise<number> {
  const begun = performance.now();
  const args = ['--import', 'tsx', 'examples/demo/main.ts', '--data', dataDir, '--log', log];
  const demo = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((resolve) => demo.once('exit', resolve));
  if (code !== 0) throw new Error('The demo does not add up');
  return performance.now() - begun;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
