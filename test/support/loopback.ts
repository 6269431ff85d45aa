import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a server answers: a status and a body; nothing at all, until the caller gives up; or a cut connection. */
export type Reply =
  | { readonly status: number; readonly body?: string | object; readonly headers?: Record<string, string> }
  | 'silence'
  | 'cut';

/** A server on this machine that notes what it gets and answers as it is told. */
export interface Loopback {
  readonly url: string;
  readonly received: Received[];
  reply: (request: Received) => Reply;
  stop(): void;
}

/** Starts a server on a free port of the loopback address. */
export async function startLoopback(): Promise<Loopback> {
  const received: Received[] = [];
  const loopback = { url: '', received, reply: (): Reply => ({ status: 200 }), stop: () => undefined } as {
    -readonly [Key in keyof Loopback]: Loopback[Key];
  };
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method = '', url = '', headers } = request;
    const got = { method, path: url, headers, body };
    received.push(got);
    const reply = loopback.reply(got);
    if (reply === 'silence') return;
    if (reply === 'cut') {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(typeof reply.body === 'object' ? JSON.stringify(reply.body) : (reply.body ?? ''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  loopback.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  loopback.stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return loopback;
}
