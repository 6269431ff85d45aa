import { type Refusal, refuse } from '../../contract/problems.ts';
import { type DryRun, dryRun, type SeenSignUp } from '../../domain/fraud/dry-run.ts';
import type { FraudSettings } from '../../domain/fraud/settings.ts';
import type { Program } from '../../domain/programs/program.ts';
import type { Page, PageRequest } from '../page.ts';
import type { System } from '../system.ts';

export interface DryRunRulesPorts extends Pick<System, 'now'> {
  findProgram(programId: string): Promise<Program | undefined>;
  /** A page of the program's participants, each with their sign-up; undefined for who has none. */
  listSignUpsOfProgram(
    programId: string,
    page: PageRequest,
  ): Promise<Page<SeenSignUp | undefined> | undefined>;
}

/** A dry run of a page of a program's participants. */
export interface DryRunPage extends DryRun {
  /** How many participants were looked at. */
  readonly participants: number;
  readonly nextCursor?: string;
}

/**
 * Judges sign-ups of the last days by other rules, from what the rules saw of them then, and says what would be
 * different from the program's rules as they are. Nothing is written.
 *
 * @param wanted in place of all that the program says of fraud
 */
export async function dryRunRules(
  ports: DryRunRulesPorts,
  programId: string,
  { wanted, days }: { readonly wanted: FraudSettings; readonly days: number },
  page: PageRequest,
): Promise<DryRunPage | Refusal> {
  const program = await ports.findProgram(programId);
  if (program === undefined) return refuse('program_not_found');
  const found = await ports.listSignUpsOfProgram(programId, page);
  if (found === undefined) return refuse('invalid_cursor');
  const since = ports.now() - days * 86_400_000;
  const signUps = found.items
    .filter((signUp) => signUp !== undefined)
    .filter(({ referral }) => Date.parse(referral.createdAt) >= since);
  const { items, ...rest } = found;
  return { participants: items.length, ...dryRun(signUps, program.fraud, wanted), ...rest };
}
