import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { ROOT_ACCESS_KEY } from './access-keys.ts';

/** A backend that calls are passed on to as they came, but in the name of local tools. */
export interface Backend {
  /** Resolves once the answer is through, or is thrown away if `drop` is set. */
  forward(incoming: IncomingMessage, body: Buffer, response: ServerResponse, drop: boolean): Promise<void>;
  close(): void;
}

const MAX_SOCKETS = 256;

/** The caller was checked here. An engine may keep other data for each access key, as DynamoDB Local does. */
const asRoot = (authorization = ''): string =>
  authorization.replace(/Credential=[^/]+/, `Credential=${ROOT_ACCESS_KEY}`);

const passHeaders = (incoming: IncomingMessage, body: Buffer) => {
  const {
    host: _host,
    connection: _connection,
    'transfer-encoding': _encoding,
    expect: _expect,
    authorization,
    ...kept
  } = incoming.headers;
  return { ...kept, authorization: asRoot(authorization), 'content-length': body.length };
};

const passAnswer = (answer: IncomingMessage, response: ServerResponse, drop: boolean): void => {
  if (drop) {
    answer.resume();
    return;
  }
  const { connection: _connection, 'keep-alive': _keepAlive, ...headers } = answer.headers;
  response.writeHead(answer.statusCode ?? 500, headers);
  answer.pipe(response);
};

/** Whether a kept-alive socket was closed under the call, before the backend had seen it. */
const wasStale = (error: NodeJS.ErrnoException, isReused: boolean): boolean =>
  isReused && (error.code === 'ECONNRESET' || error.code === 'EPIPE');

/** Passes calls on over kept-alive sockets; neither bodies nor answers are read. */
export const createBackend = (url: string): Backend => {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    maxFreeSockets: MAX_SOCKETS,
    noDelay: true,
  });
  const { hostname, port } = new URL(url);

  const forward: Backend['forward'] = (incoming, body, response, drop) =>
    new Promise((resolve, reject) => {
      const outgoing = request({
        agent,
        hostname,
        port,
        method: incoming.method ?? 'POST',
        path: incoming.url ?? '/',
        headers: passHeaders(incoming, body),
      });
      const abandon = () => outgoing.destroy();
      const settle = () => {
        response.off('close', abandon);
        resolve();
      };
      let hasAnswer = false;
      if (!drop) response.once('close', abandon);
      outgoing.on('response', (answer) => {
        hasAnswer = true;
        answer.once('close', () => {
          if (!answer.complete) response.destroy();
          settle();
        });
        passAnswer(answer, response, drop);
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        response.off('close', abandon);
        if (response.destroyed && !drop) resolve();
        else if (hasAnswer) reject(error);
        else if (wasStale(error, outgoing.reusedSocket))
          forward(incoming, body, response, drop).then(resolve, reject);
        else reject(error);
      });
      outgoing.end(body);
    });

  return { forward, close: () => agent.destroy() };
};
