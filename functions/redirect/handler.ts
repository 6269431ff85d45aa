import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isbot } from 'isbot';
import { classifyVisit } from '../../shared/domain/clicks/visit.ts';
import { canonicalCode } from '../../shared/domain/links/code.ts';
import { requireEnvironment } from '../../shared/runtime/environment.ts';
import { describeError, log, recordMetrics } from '../../shared/runtime/log.ts';
import { loadHasher } from '../../shared/runtime/secrets.ts';
import { system } from '../../shared/runtime/system.ts';
import { keepFor } from '../../shared/runtime/timed-cache.ts';
import { clickItems } from '../../shared/table/click-items.ts';
import { openTable } from '../../shared/table/client.ts';
import { linkItems } from '../../shared/table/link-items.ts';
import { programItems } from '../../shared/table/program-items.ts';
import { followLink, type Onward } from '../../shared/usecases/clicks/follow-link.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
/** A changed or deactivated link stops within this time, however hot it is. */
const linkKeptMs = 10_000;
const findLink = keepFor(linkKeptMs, 5_000, system.now, linkItems(table).findLink);
const findProgram = keepFor(linkKeptMs, 500, system.now, programItems(table).findProgram);
const { storeVisit } = clickItems(table);
loadHasher().catch(() => undefined);

const cookieName = 'plusone_click';

/** Follows a referral link: one write, then the answer. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const code = canonicalCode(event.pathParameters?.['code'] ?? '');
  const { method, sourceIp } = event.requestContext.http;
  const header = (name: string): string | undefined => event.headers[name];
  const userAgent = header('user-agent');
  try {
    const ports = { ...system, ...(await loadHasher()), findLink, findProgram, storeVisit, visitLost };
    const onward = await followLink(ports, isPlausible(code) ? code : undefined, {
      kind: classifyVisit({
        method,
        userAgent,
        purpose: [header('sec-purpose') ?? '', header('purpose') ?? '', header('x-moz') ?? ''],
        isBotAgent: isbot(userAgent),
      }),
      ip: sourceIp,
      userAgent,
      referrer: header('referer'),
      rememberedClickId: rememberedClick(event.cookies),
    });
    return redirectTo(onward, header('x-forwarded-proto') === 'https');
  } catch (error) {
    log('error', 'redirect failed', { requestId: event.requestContext.requestId, ...describeError(error) });
    return {
      statusCode: 503,
      headers: { 'retry-after': '5', 'cache-control': 'no-store' },
      body: 'Try again in a moment.',
    };
  }
}

function isPlausible(code: string): boolean {
  return /^[a-z0-9][a-z0-9_-]{2,49}$/.test(code);
}

function rememberedClick(cookies: readonly string[] | undefined): string | undefined {
  const cookie = cookies?.find((candidate) => candidate.startsWith(`${cookieName}=`));
  return cookie?.slice(cookieName.length + 1);
}

function visitLost(code: string, error: unknown): void {
  log('error', 'visit lost', { code, ...describeError(error) });
  recordMetrics({ VisitsLost: 1 });
}

function redirectTo(onward: Onward, secure: boolean): APIGatewayProxyStructuredResultV2 {
  if (onward.location === undefined) return { statusCode: 404, body: 'This link leads nowhere.' };
  const maxAge = (onward.windowDays ?? 0) * 86_400;
  const cookie = `${cookieName}=${onward.clickId}; Max-Age=${maxAge}; Path=/; SameSite=Lax; HttpOnly`;
  return {
    statusCode: 302,
    headers: { location: onward.location, 'cache-control': 'no-store', 'x-robots-tag': 'noindex' },
    ...(onward.clickId !== undefined && { cookies: [secure ? `${cookie}; Secure` : cookie] }),
    body: '',
  };
}
