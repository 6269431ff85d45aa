import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCustomResources } from '../../../local/custom-resources/run-custom-resources.ts';
import type { CustomResourceSpec } from '../../../local/deployment.ts';
import { failedFunction, type InvokeResult } from '../../../local/lambda/invoke-result.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'custom-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const FUNCTION_ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:seed';
const OK: InvokeResult = { ok: true, requestId: 'r', payload: 'null' };

const seed = (properties: Record<string, unknown>, logicalId = 'Seed'): CustomResourceSpec => ({
  logicalId,
  type: 'Custom::Seed',
  functionArn: FUNCTION_ARN,
  properties,
});

interface Request {
  readonly RequestType: string;
  readonly ResponseURL: string;
}

const put = (request: Request, body: object | string) =>
  fetch(request.ResponseURL, { method: 'PUT', body: typeof body === 'string' ? body : JSON.stringify(body) });

/** Runs resources over a function that answers as it is told, and gives the requests that it got. */
async function run(
  resources: CustomResourceSpec[],
  answer: (request: Request) => Promise<InvokeResult | Response | undefined>,
  timeoutMs = 5_000,
) {
  const requests: Request[] = [];
  const created = await runCustomResources({
    resources,
    dataDir,
    timeoutMs,
    stackName: 'Plusone',
    region: 'eu-west-1',
    accountId: '000000000000',
    invoke: async (_functionArn, payload) => {
      const request = JSON.parse(payload) as Request;
      requests.push(request);
      const result = await answer(request);
      return result === undefined || result instanceof Response ? OK : result;
    },
  });
  return { created, requests };
}

const succeed = (request: Request) =>
  put(request, { Status: 'SUCCESS', PhysicalResourceId: 'seed-1', Data: { Answer: '42' } });

describe('custom resources', () => {
  it('are created once, updated when they change, and else left alone', async () => {
    const first = await run([seed({ Items: ['a'], Count: 3, On: true })], succeed);
    expect(first.requests).toEqual([
      {
        RequestType: 'Create',
        ServiceToken: FUNCTION_ARN,
        ResponseURL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]{36}$/),
        StackId: 'arn:aws:cloudformation:eu-west-1:000000000000:stack/Plusone/local',
        RequestId: expect.any(String),
        LogicalResourceId: 'Seed',
        ResourceType: 'Custom::Seed',
        ResourceProperties: { Items: ['a'], Count: '3', On: 'true' },
      },
    ]);
    expect(first.created['Seed']).toMatchObject({ physicalResourceId: 'seed-1', data: { Answer: '42' } });

    const same = await run([seed({ On: true, Count: 3, Items: ['a'] })], succeed);
    expect(same.requests).toEqual([]);
    expect(same.created).toEqual(first.created);

    const changed = await run([seed({ Items: ['a', 'b'] })], (request) =>
      put(request, { Status: 'SUCCESS' }),
    );
    expect(changed.requests).toMatchObject([
      {
        RequestType: 'Update',
        PhysicalResourceId: 'seed-1',
        ResourceProperties: { Items: ['a', 'b'] },
        OldResourceProperties: { Items: ['a'], Count: '3', On: 'true' },
      },
    ]);
    expect(changed.created['Seed']?.physicalResourceId).toBe('seed-1');
  });

  it('fail with the reason given, and are tried again next time while others stay', async () => {
    const resources = [seed({}, 'Good'), seed({}, 'Bad')];
    const refuse = (request: Request & { LogicalResourceId?: string }) =>
      request.LogicalResourceId === 'Bad'
        ? put(request, { Status: 'FAILED', Reason: 'no table' })
        : succeed(request);
    await expect(run(resources, refuse)).rejects.toThrow('The custom resource Bad failed: no table');
    const { requests } = await run(resources, succeed);
    expect(requests).toMatchObject([{ RequestType: 'Create', LogicalResourceId: 'Bad' }]);
  });

  it('fail when their function does, answers nonsense, or stays silent', async () => {
    const error = failedFunction('TypeError', 'x is not a function');
    const crash = async (): Promise<InvokeResult> => ({ ok: false, requestId: 'r', error });
    await expect(run([seed({})], crash)).rejects.toThrow('TypeError: x is not a function');
    await expect(run([seed({})], (request) => put(request, 'nonsense'))).rejects.toThrow('no JSON');
    await expect(run([seed({})], (request) => put(request, { Status: 'DONE' }))).rejects.toThrow(
      'Invalid Status',
    );
    await expect(run([seed({})], async () => undefined, 50)).rejects.toThrow('no answer within 0.05 seconds');
  });
});
