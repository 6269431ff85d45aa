import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Lambda } from '../../../local/lambda/create-lambda.ts';
import {
  answerOf,
  errorOf,
  functionFixture,
  removeFixtures,
  sleep,
  startLambda,
} from './function-fixtures.ts';

let running: Lambda | undefined;
afterEach(async () => running?.close());
afterAll(removeFixtures);

function start(...given: Parameters<typeof startLambda>) {
  const started = startLambda(...given);
  running = started.lambda;
  return started.lambda;
}

const WAITER = `let calls = 0; exports.handler = async (event) => {
  calls += 1; await new Promise((go) => setTimeout(go, event.ms ?? 0)); return { calls, name: event.name }; };`;

describe('between two calls', () => {
  it('nothing in the function makes progress', async () => {
    const spec = functionFixture(
      'ticker',
      `let ticks = 0; let late = false; setInterval(() => { ticks += 1; }, 1);
      exports.handler = async (event) => {
        if (event.leave) setTimeout(() => { late = true; }, 5);
        if (event.work) await new Promise((go) => setTimeout(go, 50));
        return { ticks, late }; };`,
    );
    const lambda = start([spec]);
    const call = async (event: object) =>
      answerOf(await lambda.invoke(spec.arn, JSON.stringify(event))) as { ticks: number; late: boolean };
    const before = await call({ leave: true });
    await sleep(300);
    const after = await call({});
    expect(after.ticks - before.ticks).toBeLessThanOrEqual(2);
    const worked = await call({ work: true });
    expect(worked.ticks - after.ticks).toBeGreaterThan(10);
    expect(worked.late).toBe(true);
  });

  it('a kept connection may die and the next call still works', async () => {
    const server = http.createServer((_request, response) => response.end('pong'));
    server.keepAliveTimeout = 50;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const spec = functionFixture(
      'fetcher',
      `const http = require('node:http'); const agent = new http.Agent({ keepAlive: true });
      const get = (url) => new Promise((resolve, reject) => http.get(url, { agent }, (response) => {
        response.resume(); response.on('end', () => resolve('old')); }).on('error', reject));
      let calls = 0;
      exports.handler = async ({ url }) => [++calls, await get(url), await (await fetch(url)).text()];`,
    );
    const lambda = start([spec]);
    for (const calls of [1, 2, 3]) {
      expect(answerOf(await lambda.invoke(spec.arn, JSON.stringify({ url })))).toEqual([
        calls,
        'old',
        'pong',
      ]);
      server.closeIdleConnections();
      await sleep(120);
    }
    server.close();
  });
});

describe('an instance that fails', () => {
  it('by time is ended, even in an endless loop, and the next call starts anew', async () => {
    const spec = functionFixture(
      'sleeper',
      `let calls = 0; exports.handler = async (event) => {
        calls += 1; if (event.loop) for (;;); if (event.hang) await new Promise((go) => setTimeout(go, 5000)); return calls; };`,
      { timeoutMs: 200 },
    );
    const lambda = start([spec]);
    expect(answerOf(await lambda.invoke(spec.arn, '{}'))).toBe(1);
    for (const event of ['{"loop":1}', '{"hang":1}']) {
      const result = await lambda.invoke(spec.arn, event);
      expect(errorOf(result)).toMatchObject({
        functionError: 'Unhandled',
        errorType: 'Sandbox.Timedout',
        errorMessage: `RequestId: ${result.requestId} Error: Task timed out after 0.20 seconds`,
      });
      expect(answerOf(await lambda.invoke(spec.arn, '{}'))).toBe(1);
    }
  });

  it('by a crash is Runtime.ExitError, and the next call starts anew', async () => {
    const spec = functionFixture(
      'crasher',
      `exports.handler = async (event) => {
        if (event.how === 'exit') process.exit(3);
        if (event.how === 'uncaught') { setTimeout(() => { throw new Error('later'); }, 1); await new Promise((go) => setTimeout(go, 1000)); }
        if (event.how === 'rejected') { Promise.reject(new Error('nobody')); await new Promise((go) => setTimeout(go, 1000)); }
        if (event.how === 'memory') { const kept = []; for (;;) kept.push(new Array(1e5).fill({})); }
        return 'fine'; };`,
      { memoryMb: 32 },
    );
    const lambda = start([spec]);
    for (const [how, reason] of [
      ['exit', 'exit status 3'],
      ['uncaught', 'exit status 1'],
      ['rejected', 'exit status 1'],
      ['memory', 'signal: killed'],
    ]) {
      const result = await lambda.invoke(spec.arn, JSON.stringify({ how }));
      expect(errorOf(result)).toMatchObject({
        functionError: 'Unhandled',
        errorType: 'Runtime.ExitError',
        errorMessage: `RequestId: ${result.requestId} Error: Runtime exited with error: ${reason}`,
      });
      expect(answerOf(await lambda.invoke(spec.arn, '{}'))).toBe('fine');
    }
  });

  it('because its answer can never come says so', async () => {
    const spec = functionFixture('stuck', 'exports.handler = () => new Promise(() => {});');
    const lambda = start([spec]);
    expect(errorOf(await lambda.invoke(spec.arn, '{}')).errorType).toBe('Runtime.NodeJsExit');
  });

  it('when killed fails its call', async () => {
    const spec = functionFixture('victim', WAITER);
    const lambda = start([spec]);
    await lambda.invoke(spec.arn, '{}');
    const call = lambda.invoke(spec.arn, '{"ms":2000}');
    await lambda.kill(spec.arn);
    expect(errorOf(await call).errorType).toBe('Runtime.ExitError');
    expect(answerOf(await lambda.invoke(spec.arn, '{}'))).toMatchObject({ calls: 1 });
  });
});

describe('several calls at once', () => {
  it('get an instance each up to the cap, and then wait in order', async () => {
    const spec = functionFixture('parallel', WAITER);
    const lambda = start([spec], { maxInstances: 2 });
    const order: number[] = [];
    const calls = [0, 1, 2, 3, 4, 5].map(async (name) => {
      const result = await lambda.invoke(spec.arn, JSON.stringify({ ms: 40, name }));
      order.push(name);
      return answerOf(result) as { calls: number };
    });
    await sleep(5);
    expect(lambda.stats()[0]).toMatchObject({ busy: 2, waiting: 4, instances: 2 });
    const answers = await Promise.all(calls);
    expect(answers.reduce((most, { calls }) => Math.max(most, calls), 0)).toBeGreaterThanOrEqual(3);
    expect(order.indexOf(5)).toBeGreaterThan(order.indexOf(2));
    expect(lambda.stats()[0]).toMatchObject({
      busy: 0,
      waiting: 0,
      instances: 2,
      coldStarts: 2,
      invocations: 6,
    });
  });

  it('get the first of a function always, and more as long as all of them are not too many', async () => {
    const [one, other] = [functionFixture('one', WAITER), functionFixture('other', WAITER)];
    const lambda = start([one, other], { maxInstances: 3, maxInstancesInAll: 2 });
    const calls = [one, one, one, other, other].map(({ arn }) => lambda.invoke(arn, '{"ms":40}'));
    await sleep(5);
    expect(lambda.stats()).toMatchObject([
      { busy: 2, waiting: 1 },
      { busy: 1, waiting: 1 },
    ]);
    expect((await Promise.all(calls)).every(({ ok }) => ok)).toBe(true);
  });

  it('get all that are of one function, however many others have', async () => {
    const [one, other] = [functionFixture('one', WAITER), functionFixture('other', WAITER)];
    const ownInstances = (arn: string) => (arn === other.arn ? 3 : 1);
    const lambda = start([one, other], { maxInstances: 2, maxInstancesInAll: 2, ownInstances });
    const calls = [one, one, other, other, other, other].map(({ arn }) => lambda.invoke(arn, '{"ms":40}'));
    await sleep(5);
    expect(lambda.stats()).toMatchObject([
      { busy: 2, waiting: 0 },
      { busy: 3, waiting: 1 },
    ]);
    expect((await Promise.all(calls)).every(({ ok }) => ok)).toBe(true);
  });

  it('never run in one instance, and not beyond what is reserved', async () => {
    const spec = functionFixture('single', WAITER, { reservedConcurrency: 1 });
    const none = functionFixture('none', WAITER, { reservedConcurrency: 0 });
    const lambda = start([spec, none]);
    const answers = await Promise.all([1, 2, 3].map(() => lambda.invoke(spec.arn, '{"ms":10}')));
    expect(answers.map((answer) => (answerOf(answer) as { calls: number }).calls)).toEqual([1, 2, 3]);
    expect(errorOf(await lambda.invoke(none.arn, '{}'))).toMatchObject({ statusCode: 429 });
  });

  it('are refused when too many wait, and can be taken back while they wait', async () => {
    const spec = functionFixture('crowded', WAITER);
    const lambda = start([spec], { maxInstances: 1, maxWaiting: 1 });
    const controller = new AbortController();
    const first = lambda.invoke(spec.arn, '{"ms":100}');
    const second = lambda.invoke(spec.arn, '{}', { signal: controller.signal });
    expect(errorOf(await lambda.invoke(spec.arn, '{}'))).toMatchObject({
      statusCode: 429,
      errorType: 'TooManyRequestsException',
    });
    controller.abort();
    expect(errorOf(await second).errorType).toBe('AbortError');
    const third = lambda.invoke(spec.arn, '{}');
    expect((await first).ok).toBe(true);
    expect(answerOf(await third)).toMatchObject({ calls: 2 });
    expect(lambda.stats()[0]).toMatchObject({ throttles: 1, invocations: 2 });
  });

  it('that still run when it closes may end, for a while', async () => {
    const spec = functionFixture('closing', WAITER);
    const lambda = start([spec], { closeGraceMs: 1_000 });
    // With both instances loaded, so that how long that takes doesn't matter.
    await Promise.all([1, 2].map(() => lambda.invoke(spec.arn, '{"ms":50}')));
    const short = lambda.invoke(spec.arn, '{"ms":50}');
    const long = lambda.invoke(spec.arn, '{"ms":9000}');
    await lambda.close();
    expect((await short).ok).toBe(true);
    expect(errorOf(await long).errorType).toBe('Runtime.ExitError');
    expect(errorOf(await lambda.invoke(spec.arn, '{}')).statusCode).toBe(429);
  });
});
