import { createServer, type Server } from 'node:http';
import type { APIGatewayRequestAuthorizerEventV2, CloudFormationCustomResourceEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { isWebhookSecret } from '../../../shared/runtime/outbound/sign-webhook.ts';
import { type Backend, startBackend } from '../backend.ts';

let backend: Backend;
let handler: typeof import('../../../functions/deploy/bootstrap/handler.ts').handler;
let authorize: typeof import('../../../functions/authorizer/handler.ts').handler;
let cloudFormation: Server;
let answers: { method: string | undefined; type: string | undefined; body: Record<string, string> }[] = [];
let answerStatus = 200;
let written = '';

beforeAll(async () => {
  backend = await startBackend();
  ({ handler } = await import('../../../functions/deploy/bootstrap/handler.ts'));
  ({ handler: authorize } = await import('../../../functions/authorizer/handler.ts'));
  cloudFormation = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    answers.push({ method: request.method, type: request.headers['content-type'], body: JSON.parse(text) });
    response.statusCode = answerStatus;
    response.end();
  });
  await new Promise<void>((resolve) => cloudFormation.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  cloudFormation.close();
  cloudFormation.closeAllConnections();
  await backend.stop();
});
beforeEach(() => {
  answers = [];
  answerStatus = 200;
  written = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

function deploy(RequestType: 'Create' | 'Update' | 'Delete') {
  const address = cloudFormation.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return handler({
    RequestType,
    ResponseURL: `http://127.0.0.1:${port}/answer`,
    StackId: 'stack-1',
    RequestId: 'request-1',
    LogicalResourceId: 'SetUp',
  } as CloudFormationCustomResourceEvent);
}
const answer = (Status: string, Reason: string) => ({
  method: 'PUT',
  type: '',
  body: {
    Status,
    Reason,
    PhysicalResourceId: 'plusone-set-up',
    StackId: 'stack-1',
    RequestId: 'request-1',
    LogicalResourceId: 'SetUp',
  },
});
const callerWith = async (apiKey: string | undefined) => {
  const headers = { authorization: `Bearer ${apiKey}` };
  return (await authorize({ headers } as unknown as APIGatewayRequestAuthorizerEventV2)).context;
};

// A secret is base64url and may hold an underscore itself.
const secretOf = (apiKey = '') => apiKey.slice('po_0123456789_'.length);

describe('the set-up of a deployment', () => {
  it('does nothing but answer where the stack goes', async () => {
    await deploy('Delete');
    expect(answers).toEqual([answer('SUCCESS', 'done')]);
    expect(backend.secrets.has('arn:first-key')).toBe(false);
  });

  it('makes a first key that opens the API, and keeps it when the stack changes', async () => {
    await deploy('Create');
    const apiKey = backend.secrets.get('arn:first-key');
    expect(await callerWith(apiKey)).toMatchObject({ caller: 'server', scopes: '*' });
    await deploy('Update');
    expect(backend.secrets.get('arn:first-key')).toBe(apiKey);
    expect(answers).toEqual([answer('SUCCESS', 'done'), answer('SUCCESS', 'done')]);
    expect(secretOf(apiKey)).toHaveLength(43);
    expect(written).not.toContain(secretOf(apiKey));
  });

  it('makes the secret that signs requests to hooks, and keeps it when the stack changes', async () => {
    backend.secrets.delete('arn:hooks');
    await deploy('Create');
    const secret = backend.secrets.get('arn:hooks') ?? '';
    expect(isWebhookSecret(secret)).toBe(true);
    await deploy('Update');
    expect(backend.secrets.get('arn:hooks')).toBe(secret);
    expect(written).not.toContain(secret.slice('whsec_'.length));
  });

  it('makes the key that signs tokens, and keeps it when the stack changes', async () => {
    backend.secrets.delete('arn:signing');
    await deploy('Create');
    const secret = backend.secrets.get('arn:signing') ?? '';
    const { keys } = JSON.parse(secret);
    expect(keys).toMatchObject([{ kid: expect.any(String), jwk: { crv: 'P-256', d: expect.any(String) } }]);
    await deploy('Update');
    expect(backend.secrets.get('arn:signing')).toBe(secret);
    expect(written).not.toContain(keys[0].jwk.d);
  });

  it('finishes what a run that died had begun', async () => {
    const apiKey = `po_0123456789_${'k'.repeat(43)}`;
    backend.secrets.set('arn:first-key', apiKey);
    await deploy('Update');
    expect(await callerWith(apiKey)).toMatchObject({ caller: 'server', keyId: '0123456789' });
  });

  it('tells CloudFormation of a failure without its text', async () => {
    const destination = process.env['DEFAULT_DESTINATION'];
    delete process.env['DEFAULT_DESTINATION'];
    await deploy('Create');
    process.env['DEFAULT_DESTINATION'] = destination;
    expect(answers).toEqual([answer('FAILED', 'The set-up failed; see the log of the bootstrap function')]);
    expect(written).toContain('DEFAULT_DESTINATION is not set');
  });

  it('fails loudly where CloudFormation does not take the answer', async () => {
    answerStatus = 403;
    await expect(deploy('Delete')).rejects.toThrow('403');
  });
});
