import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type RunningSqs, startSqs } from '../../local/sqs/start-sqs.ts';
import { type Engine, startEngine } from '../support/table.ts';
import { type ChildStack, runMain } from './support/child-stack.ts';
import type { Stats } from './support/documents.ts';
import { balancesOf, makeLink, paidOrder, processed, signUp, sumLedger, visit } from './support/story.ts';
import { untilReady } from './support/until-ready.ts';
import { waitUntil } from './support/wait-until.ts';

let folder: string;
let dynamodb: Engine;
let sqs: RunningSqs;
let running: ChildStack | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plusone-given-'));
  dynamodb = await startEngine();
  sqs = await startSqs({ dataDir: join(folder, 'queues') });
});
afterEach(stop);
afterAll(async () => {
  await dynamodb?.stop();
  await sqs?.close();
  rmSync(folder, { recursive: true, force: true });
});

const dataDirOf = (name: string): string => join(folder, name);
const optionsFor = (dataDir: string): string[] => [
  ...['--port', '0', '--data', dataDir, '--template', inject('cloudAssembly')],
];

/** Starts the stack as `npm start` does, on the engines that run already. */
async function start(dataDir: string): Promise<ChildStack> {
  const engines = ['--dynamodb-url', dynamodb.url, '--sqs-url', `${sqs.url}/`];
  running = await untilReady(runMain([...optionsFor(dataDir), ...engines]), dataDir);
  return running;
}

async function stop(): Promise<void> {
  const stack = running;
  running = undefined;
  stack?.process.kill('SIGTERM');
  if (stack) expect(await stack.exited).toMatchObject({ code: 0, signal: null });
}

const clicksOf = async (stack: ChildStack): Promise<number> =>
  (await stack.get<Stats>('/referral-stats/alice')).clicks;
const countedClicks = (stack: ChildStack, count: number): Promise<boolean> =>
  waitUntil(`${count} clicks are counted`, async () => (await clicksOf(stack)) === count);
const earned = (available: number) => [
  { kind: 'cash', currency: 'USD', pending: 0, available, inPayout: 0, paid: 0 },
];

describe('on engines that run already', () => {
  const own = () => dataDirOf('own');
  let code: string;
  let apiKey: string;

  it('a referral goes from the link to the reward', async () => {
    const stack = await start(own());
    ({ apiKey } = stack);
    ({ code } = await makeLink(stack, 'alice'));
    const { clickId } = await visit(stack, code);
    const { referral } = await stack.post<{ referral: object }>('/verify-referral', {
      clickId,
      newUserId: 'bob',
    });
    expect(referral).toMatchObject({ referrerId: 'alice', status: 'completed', clickId });
    await stack.post('/v1/events', paidOrder('bob', 'first', 4_900));
    expect((await processed(stack, 'first')).entries).toMatchObject([{ userId: 'alice', amount: 490 }]);
    expect(await balancesOf(stack, 'alice')).toEqual(earned(490));
    await countedClicks(stack, 1);
  });

  it('nothing is kept beside them but what the stack knows for itself', () => {
    for (const name of ['dynamodb', 'sqs']) expect(existsSync(join(own(), name))).toBe(false);
    expect(sqs.engine.queues.list().length).toBeGreaterThan(0);
  });

  it('another start finds it all, and goes on with what was accepted last', async () => {
    const before = await start(own());
    expect(before.apiKey).toBe(apiKey);
    await before.post('/v1/events', paidOrder('bob', 'second', 1_000));
    await stop();

    const stack = await start(own());
    await processed(stack, 'second');
    expect(await balancesOf(stack, 'alice')).toEqual(earned(590));
    expect(await stack.get('/referral-stats/alice')).toMatchObject({
      clicks: 1,
      referrals: { completed: 1 },
      rewards: { count: 2 },
    });
  });

  it('a start with an empty data folder finds it too, and counts nothing twice', async () => {
    const stack = await start(dataDirOf('another'));
    expect(stack.apiKey).not.toBe(apiKey);
    await visit(stack, code);
    await signUp(stack, code, 'carol');
    await stack.post('/v1/events', paidOrder('carol', 'third', 1_000));
    await processed(stack, 'third');
    await countedClicks(stack, 2);
    expect(await balancesOf(stack, 'alice')).toEqual(earned(690));
    expect(await sumLedger(stack, 'alice')).toEqual(earned(690));
  });
});

describe('a start on engines that are not there', () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  let mute: string;
  let other: string;

  async function listen(server: Server): Promise<string> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  beforeAll(async () => {
    mute = await listen(createServer((socket) => sockets.add(socket)));
    other = await listen(createHttpServer((_, response) => response.end('<h1>It works!</h1>')));
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
  });

  const none = () => 'http://127.0.0.1:9';
  const cases = [
    ['--dynamodb-url', 'where nothing listens', none],
    ['--dynamodb-url', 'where nothing ever answers', () => mute],
    ['--dynamodb-url', 'where something else answers', () => other],
    ['--dynamodb-url', 'of SQS', () => sqs.url],
    ['--sqs-url', 'where nothing listens', none],
    ['--sqs-url', 'where nothing ever answers', () => mute],
    ['--sqs-url', 'where something else answers', () => other],
    ['--sqs-url', 'of DynamoDB', () => dynamodb.url],
  ] as const;

  it.each(cases)('ends within seconds with one line: %s %s', async (option, _, address) => {
    const dataDir = mkdtempSync(join(folder, 'vain-'));
    const startedAt = performance.now();
    const { code, stderr } = await runMain([...optionsFor(dataDir), option, address()]).exited;
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    const service = option === '--sqs-url' ? 'SQS' : 'DynamoDB';
    expect([code, stderr]).toEqual([1, `No ${service} answers at ${address()}\n`]);
    expect(existsSync(join(dataDir, 'running.pid'))).toBe(false);
  });

  it.each(['nonsense', '127.0.0.1:8000', 'https://127.0.0.1:8000', '/tmp/socket'])(
    'ends with one line where the URL is %s',
    async (address) => {
      for (const option of ['--dynamodb-url', '--sqs-url']) {
        const { code, stderr } = await runMain([...optionsFor(dataDirOf('none')), option, address]).exited;
        const line = `${option} takes a URL such as http://127.0.0.1:8000, not ${address}\n`;
        expect([code, stderr]).toEqual([1, line]);
      }
    },
  );
});
