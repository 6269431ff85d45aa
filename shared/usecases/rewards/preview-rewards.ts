import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Explanation } from '../../domain/rewards/event.ts';
import { foldJournal } from '../../domain/rewards/journal.ts';
import { type DecidePorts, decideOnAccount } from '../events/decide-on-account.ts';
import { checkCurrencies, type EventInput, toReported } from '../events/record-events.ts';
import { isoTime } from '../system.ts';
import { type PreviewedReward, toPreviewed } from './previewed-reward.ts';

export interface Preview {
  readonly rewards: readonly PreviewedReward[];
  readonly explanation: readonly Explanation[];
  /** Whether the event would complete the referral. */
  readonly completesReferral: boolean;
  /** Whether an event of this id has been processed: then it would do nothing any more. */
  readonly isRepeat: boolean;
}

/** Answers what an event would pay, to whom, by which rule and version, and why others did not. Nothing is written. */
export async function previewRewards(ports: DecidePorts, input: EventInput): Promise<Preview | Refusal> {
  const refusal = checkCurrencies([input], false);
  if (refusal !== undefined) return refusal;
  const { programId, userId } = input;
  if ((await ports.findProgram(programId)) === undefined) return refuse('program_not_found');
  const account = await ports.loadRefereeAccount(programId, userId);
  const reported = { ...toReported(input), acceptedAt: isoTime(ports.now()) };
  const decision = await decideOnAccount(ports, reported, {
    ...account,
    journal: foldJournal(account.journal),
  });
  if (decision.do === 'stop') {
    return { rewards: [], explanation: [], completesReferral: false, isRepeat: true };
  }
  const entry = decision.do === 'append' ? decision.entry : undefined;
  return {
    rewards: (entry?.postings ?? []).map(toPreviewed),
    explanation: decision.do === 'append' ? decision.entry.explanation : decision.explanation,
    completesReferral: entry?.completes ?? false,
    isRepeat: false,
  };
}
