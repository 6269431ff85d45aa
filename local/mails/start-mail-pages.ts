import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Mailbox } from '../services/mailbox.ts';
import { renderList, renderMail } from './render-mails.ts';

/** The pages at work. */
export interface MailPages {
  readonly url: string;
  close(): Promise<void>;
}

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // Mails may show pictures of elsewhere no more than they may run anything.
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/** A name that leads here from elsewhere must not read the mails of this machine: only its address may be asked for. */
const isOwnHost = (host: string | undefined): boolean => /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? '');

const answer = (mailbox: Mailbox, { method, url, headers: { host } }: IncomingMessage): [number, string] => {
  if (!isOwnHost(host)) return [403, 'Ask for 127.0.0.1'];
  if (method !== 'GET' && method !== 'HEAD') return [405, 'Only to be read'];
  const id = (url ?? '/').slice(1).split('?')[0] ?? '';
  if (id === '') return [200, renderList(mailbox.list())];
  const mail = mailbox.find(id);
  return mail === undefined ? [404, 'There is no such mail'] : [200, renderMail(mail)];
};

/** Serves the mails that were caught, on this machine alone. */
export const startMailPages = async (mailbox: Mailbox): Promise<MailPages> => {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const [status, body] = answer(mailbox, request);
    response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
