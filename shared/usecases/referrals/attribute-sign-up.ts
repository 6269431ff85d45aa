import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Visit } from '../../domain/clicks/visit.ts';
import { canonicalCode, codeOfLink } from '../../domain/links/code.ts';
import type { Link } from '../../domain/links/link.ts';
import type { Program } from '../../domain/programs/program.ts';
import type { System } from '../system.ts';

export interface AttributionPorts extends System {
  findLink(code: string): Promise<Link | undefined>;
  findClick(clickId: string): Promise<{ visit: Visit } | undefined>;
  findProgram(programId: string): Promise<Program | undefined>;
}

/** What a sign-up brings along of how it came about. */
export interface SignUpTrace {
  readonly clickId?: string | undefined;
  readonly referralCode?: string | undefined;
  readonly referralLink?: string | undefined;
  readonly programId?: string | undefined;
}

/** Which link a sign-up is owed to, and by which click. */
export interface Attribution {
  readonly link: Link;
  readonly program: Program;
  readonly clickId?: string | undefined;
}

const day = 86_400_000;

/** Finds the link that a sign-up is owed to: that of its click, else of its code, else of its link. */
export async function attributeSignUp(
  ports: AttributionPorts,
  trace: SignUpTrace,
): Promise<Attribution | Refusal> {
  const click = trace.clickId === undefined ? undefined : await ports.findClick(trace.clickId);
  if (trace.clickId !== undefined && click === undefined) return refuse('click_not_found');
  const code = click?.visit.code ?? codeOfTrace(trace);
  if (code === undefined) {
    return refuse('code_not_found', {
      errors: [{ field: 'referralLink', message: 'holds no referral code' }],
    });
  }
  const link = await ports.findLink(code);
  if (link === undefined || (trace.programId !== undefined && link.programId !== trace.programId)) {
    return refuse('code_not_found', { detail: `code: ${code}` });
  }
  if (link.status !== 'active') return refuse('code_inactive');
  const program = await ports.findProgram(link.programId);
  if (program === undefined) return refuse('program_not_found');
  if (click !== undefined && ports.now() - click.visit.at > program.attribution.windowDays * day) {
    return refuse('click_expired', { detail: `The window is ${program.attribution.windowDays} days` });
  }
  return { link, program, clickId: trace.clickId };
}

function codeOfTrace(trace: SignUpTrace): string | undefined {
  if (trace.referralCode !== undefined) return canonicalCode(trace.referralCode);
  return trace.referralLink === undefined ? undefined : codeOfLink(trace.referralLink);
}
