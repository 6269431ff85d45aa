import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Visit } from '../../domain/clicks/visit.ts';
import { codeOfLink, readCode } from '../../domain/links/code.ts';
import type { Link } from '../../domain/links/link.ts';
import { defaultProgramId, type Program } from '../../domain/programs/program.ts';
import {
  type Attribution,
  attribute,
  type Carrier,
  type JudgedCandidate,
} from '../../domain/referrals/attribute.ts';
import { readClickToken } from '../../domain/referrals/click-token.ts';
import type { VisitorClick } from '../../domain/referrals/reported-click.ts';
import { resolveTrace, type Trace, type TracedLink } from '../../domain/referrals/resolve-trace.ts';
import { clickTokenKey, visitorKeyOf } from '../clicks/click-keys.ts';
import { type Hasher, isoTime, type System } from '../system.ts';
import { refuseCandidates } from './refuse-candidates.ts';

export interface AttributionPorts extends System, Hasher {
  findLink(code: string): Promise<Link | undefined>;
  /** How many visits a link has used up of its cap. */
  findClicksUsed(code: string): Promise<number>;
  findClick(clickId: string): Promise<{ visit: Visit } | undefined>;
  findProgram(programId: string): Promise<Program | undefined>;
  /** The oldest clicks of a visitor from a time on, and the newest of all: a bounded number of each. */
  findVisitorClicks(visitorKey: string, since: number): Promise<readonly VisitorClick[]>;
}

/** What a sign-up brings along of how it came about. */
export interface SignUpTraces {
  readonly clickId?: string | undefined;
  /** As `trackClicks` answered with it. */
  readonly token?: string | undefined;
  /** The value of a cookie, of the redirect or of the browser snippet: a click id, a token, or a line that names one or a code. */
  readonly cookie?: string | undefined;
  readonly visitorId?: string | undefined;
  readonly referralCode?: string | undefined;
  readonly referralLink?: string | undefined;
  /** A code of a link that was spent as a coupon. */
  readonly coupon?: string | undefined;
  readonly programId?: string | undefined;
}

/** Which link a sign-up is owed to, by which click, and why. */
export interface AttributedSignUp {
  readonly link: Link;
  readonly program: Program;
  readonly clickId?: string | undefined;
  readonly attribution: Attribution;
  /** The moment that the window was held against, in milliseconds since 1970. */
  readonly at: number;
}

type FindLink = AttributionPorts['findLink'];

const day = 86_400_000;

/**
 * Finds the link that a sign-up is owed to, by all that it brings along: see docs/attribution.md. Costs a read for
 * each click that is named by its id, one for each code, one more where that has a cap and was typed or spent, one for
 * the program, and two for a visitor; a token needs none for its click.
 *
 * A sign-up for which nothing but the user's own codes speak goes on to be judged, and kept as rejected.
 */
export async function attributeSignUp(
  ports: AttributionPorts,
  signUp: SignUpTraces & { readonly newUserId: string },
): Promise<AttributedSignUp | Refusal> {
  const findLink = onceEach(ports.findLink);
  const at = ports.now();
  const named = await findTraces(ports, signUp);
  const programId = signUp.programId ?? (await programOf(findLink, named));
  const program = await ports.findProgram(programId);
  if (program === undefined) return refuse('program_not_found');
  const { windowDays } = program.attribution;
  const ofVisitor = await findVisitorTraces(ports, programId, signUp.visitorId, at - windowDays * day);
  const candidates = await Promise.all(
    [...named, ...ofVisitor].map(async (trace) =>
      resolveTrace(trace, await tracedLink(ports, trace, await linkOf(findLink, trace)), { programId, at }),
    ),
  );
  const moment = { refereeId: signUp.newUserId, at };
  const decision = attribute(candidates, moment, program.attribution);
  const earnedBy = decision.winner ?? decision.candidates.find(({ outcome }) => outcome === 'self');
  const link = earnedBy && (await linkOf(findLink, earnedBy));
  if (earnedBy === undefined || link === undefined) {
    return refuseCandidates(decision.candidates, windowDays);
  }
  const { by, clickId } = earnedBy;
  const attribution = { by, rule: decision.rule ?? 'self_only', candidates: decision.candidates };
  return { link, program, clickId, attribution, at };
}

/** All but what is known of the visitor. Each is looked up at the same time. */
async function findTraces(ports: AttributionPorts, signUp: SignUpTraces): Promise<readonly Trace[]> {
  const { clickId, token, cookie, referralCode, referralLink, coupon } = signUp;
  return Promise.all([
    ...(clickId === undefined ? [] : [traceOfClickId(ports, clickId)]),
    ...(token === undefined ? [] : [traceOfToken(ports, 'token', token)]),
    ...(cookie === undefined ? [] : [traceOfCookie(ports, cookie)]),
    ...(referralCode === undefined ? [] : [traceOfCode('code', readCode(referralCode))]),
    ...(referralLink === undefined ? [] : [traceOfCode('link', codeOfLink(referralLink))]),
    ...(coupon === undefined ? [] : [traceOfCode('coupon', readCode(coupon))]),
  ]);
}

const clickForm = /^clk_[0-9a-z]{26}$/;

function traceOfClickId(ports: AttributionPorts, clickId: string): Trace | Promise<Trace> {
  if (!clickForm.test(clickId)) return { by: 'clickId', fault: 'unreadable' };
  return traceOfClick(ports, 'clickId', clickId);
}

async function traceOfClick(ports: AttributionPorts, by: Carrier, clickId: string): Promise<Trace> {
  const click = await ports.findClick(clickId);
  if (click === undefined) return { by, clickId, fault: 'not_found' };
  return { by, clickId, at: isoTime(click.visit.at), code: click.visit.code };
}

function traceOfToken(ports: AttributionPorts, by: Carrier, token: string): Trace {
  const claims = readClickToken(clickTokenKey(ports), token);
  if (typeof claims === 'string') return { by, fault: claims };
  return { by, clickId: claims.clickId, at: isoTime(claims.at), code: claims.code };
}

/**
 * What a browser gives back may have been cut, or be somebody else's: that is no error of the caller. The snippet keeps
 * a code alone where the visit could not be stored: that is evidence by code, since it has no time of the server's.
 */
function traceOfCookie(ports: AttributionPorts, cookie: string): Trace | Promise<Trace> {
  const line = new URLSearchParams(cookie);
  const held = line.get('plusone_click') ?? line.get('plusone_token') ?? cookie;
  const [clickId = ''] = held.split('.');
  if (clickForm.test(clickId)) return traceOfClick(ports, 'cookie', clickId);
  const trace = traceOfToken(ports, 'cookie', held);
  const code = trace.fault === 'unreadable' ? readCode(line.get('plusone_code') ?? '') : undefined;
  return code === undefined ? trace : { by: 'code', code };
}

function traceOfCode(by: 'code' | 'link' | 'coupon', code: string | undefined): Trace {
  return code === undefined ? { by, fault: 'unreadable' } : { by, code };
}

async function findVisitorTraces(
  ports: AttributionPorts,
  programId: string,
  visitorId: string | undefined,
  since: number,
): Promise<readonly Trace[]> {
  if (visitorId === undefined) return [];
  const clicks = await ports.findVisitorClicks(visitorKeyOf(ports, programId, visitorId), since);
  if (clicks.length === 0) return [{ by: 'visitor', fault: 'not_found' }];
  return clicks.map(({ at, ...click }) => ({ by: 'visitor', ...click, at: isoTime(at) }));
}

/** The program of a sign-up that names none: that of the first of its codes that there is. */
async function programOf(findLink: FindLink, traces: readonly Trace[]): Promise<string> {
  const links = await Promise.all(traces.map((trace) => linkOf(findLink, trace)));
  return links.find((link) => link !== undefined)?.programId ?? defaultProgramId;
}

async function linkOf(findLink: FindLink, { code }: Trace | JudgedCandidate): Promise<Link | undefined> {
  return code === undefined ? undefined : findLink(code);
}

/** The cap is read where it decides: a click that came has had its place. */
async function tracedLink(
  ports: AttributionPorts,
  { at }: Trace,
  link: Link | undefined,
): Promise<TracedLink | undefined> {
  if (link === undefined) return undefined;
  const asksCap = at === undefined && link.clickCap !== undefined;
  return { link, clicksUsed: asksCap ? await ports.findClicksUsed(link.code) : 0 };
}

/** Looks every code up once, however many candidates name it. */
function onceEach(findLink: FindLink): FindLink {
  const found = new Map<string, Promise<Link | undefined>>();
  return (code) => {
    const link = found.get(code) ?? findLink(code);
    found.set(code, link);
    return link;
  };
}
