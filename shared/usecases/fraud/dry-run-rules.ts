import { type Refusal, refuse } from '../../contract/problems.ts';
import { type Brought, type DryRun, dryRun } from '../../domain/fraud/dry-run.ts';
import type { FraudSettings } from '../../domain/fraud/settings.ts';
import { mergePatch } from '../../domain/merge-patch.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Program } from '../../domain/programs/program.ts';
import type { System } from '../system.ts';

export interface DryRunRulesPorts extends Pick<System, 'now'> {
  findProgram(programId: string): Promise<Program | undefined>;
  /** A page of the program's participants, each with those whom they brought; undefined if its cursor is none. */
  listBroughtInProgram(programId: string, page: PageRequest): Promise<Page<Brought> | undefined>;
}

/** A dry run of a page of a program's participants. */
export interface DryRunPage extends DryRun {
  /** How many participants were looked at, with those whom they brought. */
  readonly participants: number;
  /** Users of whom not all were looked at whom they brought. */
  readonly cut: readonly string[];
  readonly nextCursor?: string;
}

/**
 * Judges sign-ups and orders of the last days by other rules, from what the rules saw of them then, and says what would be
 * different from the program's rules as they are. A page has all whom its participants brought, so that what a rule
 * counts over a referrer's referees does not depend on where a page ends. Nothing is written.
 *
 * @param changes a merge patch of what the program says of fraud, as a change of the program would have it
 */
export async function dryRunRules(
  ports: DryRunRulesPorts,
  programId: string,
  { changes, days }: { readonly changes: object; readonly days: number },
  page: PageRequest,
): Promise<DryRunPage | Refusal> {
  const program = await ports.findProgram(programId);
  if (program === undefined) return refuse('program_not_found');
  const found = await ports.listBroughtInProgram(programId, page);
  if (found === undefined) return refuse('invalid_cursor');
  const since = ports.now() - days * 86_400_000;
  const { items, ...rest } = found;
  const referees = items.flatMap((brought) => brought.referees);
  const cut = items
    .filter(({ isCut }) => isCut)
    .flatMap(({ referees: [one] }) => one?.referral.referrerId ?? []);
  const wanted = mergePatch(program.fraud, changes) as FraudSettings;
  const report = dryRun(referees, { now: program.fraud, wanted, since });
  return { participants: items.length, cut, ...report, ...rest };
}
