import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { canonicalCode } from '../../shared/domain/links/code.ts';
import { TextAnswer, textAnswer } from '../../shared/http/text-answer.ts';
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
import { lostPage } from './lost-page.ts';
import { readVisitor } from './read-visitor.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
/** A changed or deactivated link stops within this time, however hot it is. */
const linkKeptMs = 10_000;
const links = linkItems(table);
const findLink = keepFor(linkKeptMs, 5_000, system.now, links.findLink);
const findProgram = keepFor(linkKeptMs, 500, system.now, programItems(table).findProgram);
const { storeVisit } = clickItems(table);
const { useClicks } = links;
const countryHeader = process.env['COUNTRY_HEADER'] ?? 'cloudfront-viewer-country';
loadHasher().catch(() => undefined);

const cookieName = 'plusone_click';

/** Follows a referral link: one write, two where the link has a cap, then the answer. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const code = canonicalCode(event.pathParameters?.['code'] ?? '');
  try {
    const ports = {
      ...system,
      ...(await loadHasher()),
      findLink,
      findProgram,
      useClicks,
      storeVisit,
      visitLost,
    };
    const request = {
      code: isPlausible(code) ? code : undefined,
      path: event.pathParameters?.['path'],
      query: event.rawQueryString,
    };
    const onward = await followLink(ports, request, {
      ...readVisitor(event, countryHeader),
      rememberedClickId: rememberedClick(event.cookies),
    });
    return redirectTo(onward, event.headers['x-forwarded-proto'] === 'https');
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

/** Permanent redirects are not kept by browsers either: a link that is changed or deactivated stops everywhere. */
const neverKept = { 'cache-control': 'no-store', 'x-robots-tag': 'noindex' };

function redirectTo(onward: Onward, secure: boolean): APIGatewayProxyStructuredResultV2 {
  const { status, location } = onward;
  if (location === null) {
    return textAnswer(status, new TextAnswer('text/html; charset=utf-8', lostPage(status), neverKept));
  }
  const answer = { statusCode: status, headers: { location, ...neverKept }, body: '' };
  if (onward.clickId === undefined) return answer;
  const maxAge = (onward.windowDays ?? 0) * 86_400;
  const cookie = `${cookieName}=${onward.clickId}; Max-Age=${maxAge}; Path=/; SameSite=Lax; HttpOnly`;
  return { ...answer, cookies: [secure ? `${cookie}; Secure` : cookie] };
}
