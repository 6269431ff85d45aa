import type { ApiClient } from './api-client.ts';
import type { Balance, EventReport, Link, Referral } from './documents.ts';
import { waitUntil } from './wait-until.ts';

export const browser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
export const crawler = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

export const inProgram = (userId: string): string => `/v1/programs/default/participants/${userId}`;

/** What a visitor's browser sees of a link. */
export interface Landing {
  readonly status: number;
  readonly url: URL;
  readonly clickId: string | null;
  readonly cookie: string | null;
}

/** Opens a link as a browser does that does not follow redirects. */
export async function visit(
  api: ApiClient,
  code: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Landing> {
  const answer = await api.call(method, `/r/${code}`, undefined, {
    key: null,
    headers: { 'user-agent': browser, ...headers },
  });
  const url = new URL(answer.headers.get('location') ?? 'about:blank');
  return {
    status: answer.status,
    url,
    clickId: url.searchParams.get('plusone_click'),
    cookie: answer.headers.get('set-cookie'),
  };
}

export const makeLink = (api: ApiClient, userId: string): Promise<Link> =>
  api.plusone.generateLink({ userId });

/** Signs a new user up by a code. */
export async function signUp(api: ApiClient, referralCode: string, newUserId: string): Promise<Referral> {
  const { referral } = await api.plusone.verifyReferral({ referralCode, newUserId });
  return referral;
}

/** A paid order in USD, as an event. */
export const paidOrder = (userId: string, id: string, amount: number) => ({
  type: 'order.paid',
  userId,
  id,
  amount,
  currency: 'USD',
});

/** What an event did, once it has been processed. */
export function processed(api: ApiClient, eventId: string, deadlineMs?: number): Promise<EventReport> {
  return waitUntil(
    `event ${eventId} is processed`,
    async () => {
      const { event } = await api.plusone.events.get({ programId: 'default', eventId });
      return event.status === 'processed' && event;
    },
    deadlineMs,
  );
}

export async function balancesOf(api: ApiClient, userId: string): Promise<readonly Balance[]> {
  return (await api.plusone.participants.balances({ programId: 'default', userId })).balances;
}

/** All pages of a list. */
export async function listAll<Item>(
  api: ApiClient,
  path: string,
  name: string,
  limit = 100,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const query = `limit=${limit}${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const page = await api.get<Record<string, unknown>>(`${path}${path.includes('?') ? '&' : '?'}${query}`);
    items.push(...(page[name] as Item[]));
    cursor = page['nextCursor'] as string | undefined;
  } while (cursor !== undefined);
  return items;
}

/** A participant's balances as their ledger sums them up, in the form of `balancesOf`. */
export async function sumLedger(api: ApiClient, userId: string): Promise<readonly Balance[]> {
  const sums = new Map<string, Balance>();
  const entries = api.plusone.participants.ledger.all({ programId: 'default', userId, limit: 100 });
  for await (const { kind, currency, changes } of entries) {
    const name = `${currency} ${kind}`;
    const sum = sums.get(name) ?? { kind, currency, pending: 0, available: 0, inPayout: 0, paid: 0 };
    sums.set(name, {
      kind,
      currency,
      pending: sum.pending + changes.pending,
      available: sum.available + changes.available,
      inPayout: sum.inPayout + changes.inPayout,
      paid: sum.paid + changes.paid,
    });
  }
  return [...sums.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
}
