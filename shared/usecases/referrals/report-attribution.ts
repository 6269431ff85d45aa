import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Program } from '../../domain/programs/program.ts';
import {
  type AttributionRule,
  type AttributionSettings,
  attributeAnew,
  type JudgedCandidate,
} from '../../domain/referrals/attribute.ts';
import type { Referral } from '../../domain/referrals/referral.ts';

export interface ReportAttributionPorts {
  findProgram(programId: string): Promise<Program | undefined>;
  /** A page of the program's participants, each with their referral; undefined for who has none. */
  listReferralsOfProgram(
    programId: string,
    page: PageRequest,
  ): Promise<Page<Referral | undefined> | undefined>;
}

/** How a referral would end under other settings: the same, somebody else's, nobody's, or not known. */
export type AttributionChange = 'same' | 'other_referrer' | 'nobody' | 'not_derivable';

/** A referral with whose it would be. */
export interface DerivedReferral {
  readonly referral: Referral;
  readonly change: AttributionChange;
  readonly winner?: JudgedCandidate;
  readonly rule?: AttributionRule;
  readonly candidates: readonly JudgedCandidate[];
}

export interface AttributionReport {
  readonly settings: AttributionSettings;
  readonly referrals: readonly DerivedReferral[];
  readonly summary: Readonly<Record<AttributionChange, number>>;
  readonly nextCursor?: string;
}

/**
 * Decides on a page of a program's referrals under other settings, as of each sign-up, and says what would be
 * different. Nothing is written, and what was paid stays. What was assigned by hand, or has nobody's word of how it came
 * about, stays as it is.
 *
 * @param wanted in place of what the program says
 */
export async function reportAttribution(
  ports: ReportAttributionPorts,
  programId: string,
  wanted: { readonly [Name in keyof AttributionSettings]?: AttributionSettings[Name] | undefined },
  page: PageRequest,
): Promise<AttributionReport | Refusal> {
  const program = await ports.findProgram(programId);
  if (program === undefined) return refuse('program_not_found');
  const found = await ports.listReferralsOfProgram(programId, page);
  if (found === undefined) return refuse('invalid_cursor');
  const settings = settingsOf(program, wanted);
  const referrals = found.items
    .filter((referral) => referral !== undefined)
    .map((referral) => deriveAnew(referral, settings));
  const summary = { same: 0, other_referrer: 0, nobody: 0, not_derivable: 0 };
  for (const { change } of referrals) summary[change]++;
  const { nextCursor } = found;
  return { settings, referrals, summary, ...(nextCursor !== undefined && { nextCursor }) };
}

function settingsOf(
  { attribution }: Program,
  { model, windowDays, precedence = attribution.precedence }: Parameters<typeof reportAttribution>[2],
): AttributionSettings {
  return {
    model: model ?? attribution.model,
    windowDays: windowDays ?? attribution.windowDays,
    ...(precedence !== undefined && { precedence }),
  };
}

function deriveAnew(referral: Referral, settings: AttributionSettings): DerivedReferral {
  const { attribution, refereeId, createdAt, referrerId, reassignedFrom } = referral;
  if (attribution === undefined || reassignedFrom !== undefined)
    return { referral, change: 'not_derivable', candidates: [] };
  const decision = attributeAnew(attribution, { refereeId, at: Date.parse(createdAt) }, settings);
  const { winner, rule, candidates } = decision;
  const derived = { referral, candidates, ...(rule !== undefined && { rule }) };
  if (winner === undefined) {
    // A user's own code earned nothing then, and earns nothing now.
    return { ...derived, change: attribution.rule === 'self_only' ? 'same' : 'nobody' };
  }
  return { ...derived, winner, change: winner.referrerId === referrerId ? 'same' : 'other_referrer' };
}
