import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { readCode } from '../../shared/domain/links/code.ts';
import { safeAnswer } from '../../shared/http/safe-answer.ts';
import { TextAnswer, textAnswer } from '../../shared/http/text-answer.ts';
import { counting, limitOf } from '../../shared/http/within-limits.ts';
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
import type { Standing } from '../../shared/usecases/requests/spend-tokens.ts';
import { lostPage } from './lost-page.ts';
import { readVisitor } from './read-visitor.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
/** A changed or deactivated link stops within this time, however hot it is. */
const linkKeptMs = 10_000;
const links = linkItems(table);
const findLink = keepFor(linkKeptMs, 5_000, system.now, links.findLink);
const findProgram = keepFor(linkKeptMs, 500, system.now, programItems(table).findProgram);
const ports = {
  ...system,
  findLink,
  findProgram,
  useClicks: links.useClicks,
  storeVisit: clickItems(table).storeVisit,
  visitLost,
};
const edgeHeaders = {
  country: process.env['COUNTRY_HEADER'] ?? 'cloudfront-viewer-country',
  asn: process.env['ASN_HEADER'] ?? 'cloudfront-viewer-asn',
};
loadHasher().catch(() => undefined);

/** What an address may ask for of codes that nobody has. */
const unknownCodes = limitOf('unknownCodes');

const cookieName = 'plusone_click';

/** A page that a visitor came from is told to the destination as if there were no redirect between. */
const toldOn = { 'referrer-policy': 'strict-origin-when-cross-origin' };

/** Follows a referral link: one write, two where the link has a cap, then the answer. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const answer = await follow(event).catch((error: unknown) => comeAgain(event, error));
  return safeAnswer({ ...answer, headers: { ...toldOn, ...answer.headers } });
}

/** Whoever has asked for too many unknown codes is refused before another is looked up; a link at hand is followed. */
async function follow(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const code = readCode(event.pathParameters?.['code'] ?? '');
  if (code === undefined || findLink.keeps(code)) return redirectTo(await onwardOf(event, code), event);
  const guesser = await counting.addressSubject(event);
  const before = counting.look(unknownCodes, guesser);
  if (!before.isWithin) return tooMany(before);
  const onward = await onwardOf(event, code);
  const after = onward.isUnknown ? await counting.spend(unknownCodes, guesser) : before;
  return after.isWithin ? redirectTo(onward, event) : tooMany(after);
}

async function onwardOf(event: APIGatewayProxyEventV2, code: string | undefined): Promise<Onward> {
  return followLink(
    { ...ports, ...(await loadHasher()) },
    { code, path: event.pathParameters?.['path'], query: event.rawQueryString },
    { ...readVisitor(event, edgeHeaders), remembered: rememberedClick(event.cookies) },
  );
}

function comeAgain(event: APIGatewayProxyEventV2, error: unknown): APIGatewayProxyStructuredResultV2 {
  log('error', 'redirect failed', { requestId: event.requestContext.requestId, ...describeError(error) });
  return { statusCode: 503, headers: { 'retry-after': '5' }, body: 'Try again in a moment.' };
}

function tooMany({ resetSeconds }: Standing): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: 429,
    headers: { 'retry-after': String(resetSeconds), 'x-robots-tag': 'noindex' },
    body: 'Too many links that lead nowhere. Try again in a moment.',
  };
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

function redirectTo(onward: Onward, { headers }: APIGatewayProxyEventV2): APIGatewayProxyStructuredResultV2 {
  const { status, location } = onward;
  if (location === null) {
    return textAnswer(status, new TextAnswer('text/html; charset=utf-8', lostPage(status), neverKept));
  }
  const answer = { statusCode: status, headers: { location, ...neverKept }, body: '' };
  if (onward.remember === undefined) return answer;
  const { click, days } = onward.remember;
  const cookie = `${cookieName}=${click}; Max-Age=${days * 86_400}; Path=/; SameSite=Lax; HttpOnly`;
  return { ...answer, cookies: [headers['x-forwarded-proto'] === 'https' ? `${cookie}; Secure` : cookie] };
}
