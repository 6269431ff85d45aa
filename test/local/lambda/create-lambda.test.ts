import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Lambda } from '../../../local/lambda/create-lambda.ts';
import { answerOf, errorOf, functionFixture, removeFixtures, startLambda } from './function-fixtures.ts';

let running: Lambda | undefined;
afterEach(async () => running?.close());
afterAll(removeFixtures);

function start(...given: Parameters<typeof startLambda>) {
  const started = startLambda(...given);
  running = started.lambda;
  return started;
}

describe('a call', () => {
  it('gets the event and a context like Lambda’s', async () => {
    const spec = functionFixture(
      'echo',
      `exports.handler = async (event, context) => ({ event, left: context.getRemainingTimeInMillis(),
        ...JSON.parse(JSON.stringify(context)) });`,
    );
    const { lambda } = start([spec]);
    const result = await lambda.invoke(spec.arn, '{"a":"ä"}');
    expect(answerOf(result)).toMatchObject({
      event: { a: 'ä' },
      awsRequestId: result.requestId,
      functionName: 'echo',
      functionVersion: '$LATEST',
      invokedFunctionArn: spec.arn,
      memoryLimitInMB: '128',
      logGroupName: '/aws/lambda/echo',
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      callbackWaitsForEmptyEventLoop: true,
    });
    expect((answerOf(result) as { left: number }).left).toBeGreaterThan(2_500);
  });

  it('answers null for undefined, and by callback when the loop is empty', async () => {
    const nothing = functionFixture('nothing', 'exports.handler = async () => {};');
    const back = functionFixture(
      'back',
      `let after = 0; exports.handler = (event, context, done) => {
        context.callbackWaitsForEmptyEventLoop = event.wait;
        done(null, { after: ++after });
        setTimeout(() => { after += 10; }, 20); };`,
    );
    const { lambda } = start([nothing, back]);
    expect(answerOf(await lambda.invoke(nothing.arn, '{}'))).toBeNull();
    expect(answerOf(await lambda.invoke(back.arn, '{"wait":true}'))).toEqual({ after: 1 });
    expect(answerOf(await lambda.invoke(back.arn, '{"wait":true}'))).toEqual({ after: 12 });
  });

  it('reports what was thrown, by name, message and trace', async () => {
    const spec = functionFixture(
      'thrower',
      `class OrderRefused extends Error { name = 'OrderRefused'; }
      exports.handler = async (event) => { if (event.plain) throw 'text'; throw new OrderRefused('no such order'); };`,
    );
    const { lambda } = start([spec]);
    expect(errorOf(await lambda.invoke(spec.arn, '{}'))).toMatchObject({
      functionError: 'Unhandled',
      errorType: 'OrderRefused',
      errorMessage: 'no such order',
      trace: expect.arrayContaining(['OrderRefused: no such order']),
    });
    expect(errorOf(await lambda.invoke(spec.arn, '{"plain":1}'))).toMatchObject({
      errorType: 'string',
      errorMessage: 'text',
    });
  });

  it('is refused over 6 MB, or 1 MB as an event, and so is a too large answer', async () => {
    const spec = functionFixture('big', `exports.handler = async (e) => 'x'.repeat(e.size ?? 1);`);
    const { lambda } = start([spec]);
    const megabyte = JSON.stringify({ pad: 'p'.repeat(1_048_577) });
    const tooLarge = { statusCode: 413, errorType: 'RequestTooLargeException' };
    expect(errorOf(await lambda.invoke(spec.arn, megabyte, { kind: 'event' }))).toMatchObject(tooLarge);
    expect((await lambda.invoke(spec.arn, megabyte)).ok).toBe(true);
    expect(errorOf(await lambda.invoke(spec.arn, ' '.repeat(6_291_457)))).toMatchObject(tooLarge);
    expect(errorOf(await lambda.invoke(spec.arn, '{"size":6291557}'))).toMatchObject({
      functionError: 'Unhandled',
      errorType: 'Function.ResponseSizeTooLarge',
    });
    expect((await lambda.invoke(spec.arn, '{"size":6291000}')).ok).toBe(true);
  });

  it('of an unknown function is not found', async () => {
    const { lambda } = start([]);
    expect(errorOf(await lambda.invoke('arn:nowhere', '{}'))).toMatchObject({
      statusCode: 404,
      errorType: 'ResourceNotFoundException',
    });
  });
});

describe('the environment', () => {
  it('is the function’s own and nothing else', async () => {
    process.env['PLUSONE_TEST_SECRET'] = 'not for functions';
    const spec = functionFixture('env', 'exports.handler = async () => process.env;', {
      environment: { TABLE_NAME: 'table', AWS_ACCESS_KEY_ID: 'forged', NODE_OPTIONS: '--enable-source-maps' },
    });
    const { lambda } = start([spec]);
    const environment = answerOf(await lambda.invoke(spec.arn, '{}')) as Record<string, string>;
    delete process.env['PLUSONE_TEST_SECRET'];
    expect(environment).toMatchObject({
      TABLE_NAME: 'table',
      AWS_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: 'env',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
      AWS_ACCESS_KEY_ID: 'KEY-env',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SESSION_TOKEN: 'local',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      LAMBDA_TASK_ROOT: spec.codeDir,
      _HANDLER: 'index.handler',
      TZ: ':UTC',
    });
    const unexpected = Object.keys(environment).filter(
      (key) => !/^(AWS_|TABLE_NAME|LAMBDA_|_HANDLER|TZ|PATH|LANG)/.test(key),
    );
    expect(unexpected).toEqual([]);
  });
});

describe('a bundle', () => {
  it('that can’t be loaded, or exports no handler, says so', async () => {
    const missing = functionFixture('missing', '', { handler: 'other.handler' });
    const nothing = functionFixture('nothing', 'exports.main = 1;');
    const broken = functionFixture('broken', 'throw new RangeError("at load");');
    const { lambda, lines } = start([missing, nothing, broken]);
    expect(errorOf(await lambda.invoke(missing.arn, '{}')).errorType).toBe('Runtime.ImportModuleError');
    expect(errorOf(await lambda.invoke(nothing.arn, '{}')).errorType).toBe('Runtime.HandlerNotFound');
    expect(errorOf(await lambda.invoke(broken.arn, '{}'))).toMatchObject({
      errorType: 'RangeError',
      errorMessage: 'at load',
    });
    expect(lines.some(({ text }) => text.includes('Uncaught Exception') && text.includes('at load'))).toBe(
      true,
    );
  });

  it('has a limited time to load', async () => {
    const spec = functionFixture('slow-init', 'for (;;);');
    const { lambda } = start([spec], { initTimeoutMs: 150 });
    expect(errorOf(await lambda.invoke(spec.arn, '{}'))).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining('Task timed out after 0.15 seconds'),
    });
  });

  it('is replaced by a reload, while a call that runs ends on the old one', async () => {
    const source = (version: number) =>
      `exports.handler = async () => { await new Promise((go) => setTimeout(go, 60)); return ${version}; };`;
    const spec = functionFixture('versions', source(1));
    const next = functionFixture('versions', source(2));
    const { lambda } = start([spec], { maxInstances: 1 });
    const first = lambda.invoke(spec.arn, '{}');
    lambda.reload(spec.arn, next);
    const second = lambda.invoke(spec.arn, '{}');
    expect(answerOf(await first)).toBe(1);
    expect(answerOf(await second)).toBe(2);
  });
});

describe('the log', () => {
  it('has Lambda’s lines around the function’s own, with the request’s id', async () => {
    const spec = functionFixture(
      'talker',
      `console.log('loading'); exports.handler = async () => {
        console.warn('two\\nlines', { a: 1 }); process.stdout.write('{"raw":true}\\n'); process.stderr.write('bare'); };`,
    );
    const { lambda, lines } = start([spec]);
    const { requestId } = await lambda.invoke(spec.arn, '{}');
    const texts = lines.map(({ text }) => text);
    expect(texts[0]).toMatch(/^INIT_START Runtime Version: nodejs22\.x/);
    expect(texts[1]).toMatch(/^\d{4}-.*Z\tundefined\tINFO\tloading$/);
    expect(texts[2]).toBe(`START RequestId: ${requestId} Version: $LATEST`);
    expect(texts[3]).toMatch(new RegExp(`Z\t${requestId}\tWARN\ttwo\rlines { a: 1 }$`));
    expect(texts.slice(4, 7)).toEqual(['{"raw":true}', 'bare', `END RequestId: ${requestId}`]);
    expect(texts[7]).toMatch(
      new RegExp(
        `^REPORT RequestId: ${requestId}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB\tInit Duration: [\\d.]+ ms$`,
      ),
    );
    expect(
      lines.slice(2).every((line) => line.requestId === requestId && line.functionName === 'talker'),
    ).toBe(true);
  });
});
