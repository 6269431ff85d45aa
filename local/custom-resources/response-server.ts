import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a custom resource's function puts to the response URL. */
export interface CustomResourceResponse {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId?: string;
  readonly Data?: Readonly<Record<string, unknown>>;
}

/** Stands in for the bucket to which custom resources answer. */
export interface ResponseServer {
  /** An address for one answer, and the answer. */
  expect(): { readonly url: string; readonly response: Promise<CustomResourceResponse> };
  close(): Promise<void>;
}

/** Listens on a free port of the loopback. */
export async function startResponseServer(): Promise<ResponseServer> {
  const expected = new Map<string, (response: CustomResourceResponse) => void>();
  const server = createServer(async (request, response) => {
    const answer = expected.get(request.url ?? '');
    expected.delete(request.url ?? '');
    response.writeHead(answer && request.method === 'PUT' ? 200 : 403).end();
    if (answer && request.method === 'PUT') answer(await readResponse(request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    expect() {
      const path = `/${randomUUID()}`;
      const response = new Promise<CustomResourceResponse>((resolve) => expected.set(path, resolve));
      return { url: `http://127.0.0.1:${port}${path}`, response };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** CloudFormation takes anything that it can't read for a failure. */
async function readResponse(request: IncomingMessage): Promise<CustomResourceResponse> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const response = JSON.parse(Buffer.concat(chunks).toString('utf8')) as CustomResourceResponse;
    if (response.Status === 'SUCCESS' || response.Status === 'FAILED') return response;
    return { Status: 'FAILED', Reason: 'Invalid Status in the response' };
  } catch {
    return { Status: 'FAILED', Reason: 'The response is no JSON' };
  }
}
