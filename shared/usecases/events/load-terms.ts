import { participantFieldsOf } from '../../domain/participant.ts';
import type { Program, Rule } from '../../domain/programs/program.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import { beneficiaryOf } from '../../domain/rewards/admission.ts';
import { changesOrder, type ReportedEvent } from '../../domain/rewards/event.ts';
import type { CalculatedReward, Standing, Terms } from '../../domain/rewards/fact.ts';
import { fieldsOf } from '../../domain/rules/conditions.ts';

export interface LoadTermsPorts {
  findProgram(programId: string): Promise<Program | undefined>;
  findProgramVersion(programId: string, version: number): Promise<Program | undefined>;
  /** How participants stand now; those about whom there is nothing to say are left out. */
  findStandings(
    program: Program,
    userIds: readonly string[],
    fields: ReadonlySet<string>,
  ): Promise<Readonly<Record<string, Standing>>>;
}

/** The version of the program that counts for a referral now. */
export async function findProgramFor(
  ports: Pick<LoadTermsPorts, 'findProgram' | 'findProgramVersion'>,
  referral: Referral,
): Promise<Program | undefined> {
  const current = await ports.findProgram(referral.programId);
  if (current?.versioning === 'latest') return current;
  return ports.findProgramVersion(referral.programId, referral.programVersion);
}

/** What holds for an event that has just come: read once, and kept in the journal with it. */
export async function loadTerms(
  ports: LoadTermsPorts,
  event: ReportedEvent,
  referral: Referral,
  program: Program,
): Promise<Terms> {
  const terms = { programVersion: program.version };
  const rules = rulesFor(event, program);
  return addStandings(ports, program, rules, terms, peopleOf(rules, referral));
}

/** The terms of an event with what the customer's own calculation gives for it, and how those stand whom it names. */
export async function addCalculation(
  ports: LoadTermsPorts,
  { event, referral, program }: { event: ReportedEvent; referral: Referral; program: Program },
  terms: Terms,
  calculated: readonly CalculatedReward[],
): Promise<Terms> {
  const rules = rulesFor(event, program);
  const known = peopleOf(rules, referral);
  const named = new Set(calculated.map((given) => beneficiaryOf(given, referral)));
  const others = [...named].filter((userId) => !known.includes(userId));
  return addStandings(ports, program, rules, { ...terms, calculated }, others);
}

function rulesFor({ type }: ReportedEvent, { rules }: Program): readonly Rule[] {
  return changesOrder(type) ? [] : rules.filter((rule) => rule.event === type);
}

async function addStandings(
  ports: LoadTermsPorts,
  program: Program,
  rules: readonly Rule[],
  terms: Terms,
  userIds: readonly string[],
): Promise<Terms> {
  if (userIds.length === 0) return terms;
  const standings = {
    ...terms.standings,
    ...(await ports.findStandings(program, userIds, participantFieldsOf({ rules }))),
  };
  return { ...terms, ...(Object.keys(standings).length > 0 && { standings }) };
}

/** Everybody whom the rules can pay or look at. */
function peopleOf(rules: readonly Rule[], referral: Referral): readonly string[] {
  const people = new Set(rules.length > 0 ? [referral.referrerId] : []);
  for (const rule of rules) {
    const above = rule.side === 'upline' ? referral.upline[(rule.level ?? 1) - 1] : undefined;
    if (above !== undefined) people.add(above);
    const looksAtReferee = fieldsOf(rule.conditions).some((field) => field.startsWith('referee.'));
    if (rule.side === 'referee' || rule.side === 'both' || looksAtReferee) people.add(referral.refereeId);
  }
  return [...people];
}
