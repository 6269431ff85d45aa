import { someSettings } from '../../shared/contract/programs/program.ts';
import { defaultSettings } from '../../shared/domain/programs/default-program.ts';
import { readWhole } from '../../shared/http/read-whole.ts';
import { isDisposableDomain } from '../../shared/runtime/disposable-domains.ts';
import { makeHasher } from '../../shared/runtime/hasher.ts';
import { isProfane } from '../../shared/runtime/profanity.ts';
import { registrableDomain } from '../../shared/runtime/registrable-domain.ts';
import { system } from '../../shared/runtime/system.ts';
import { isBotAgent } from '../../shared/runtime/user-agent.ts';
import { activityItems } from '../../shared/table/activity-items.ts';
import { balanceItems } from '../../shared/table/balance-items.ts';
import { broughtItems } from '../../shared/table/brought-items.ts';
import { claimItems } from '../../shared/table/claim-items.ts';
import { clickDayItems } from '../../shared/table/click-day-items.ts';
import { clickItems } from '../../shared/table/click-items.ts';
import { clickReportItems } from '../../shared/table/click-report-items.ts';
import type { Table } from '../../shared/table/client.ts';
import { couponItems } from '../../shared/table/coupon-items.ts';
import { couponPoolItems } from '../../shared/table/coupon-pool-items.ts';
import { earlyItems } from '../../shared/table/early-items.ts';
import { eventItems } from '../../shared/table/event-items.ts';
import { fraudItems } from '../../shared/table/fraud-items.ts';
import { holdEndItems } from '../../shared/table/hold-end-items.ts';
import { journalItems } from '../../shared/table/journal-items.ts';
import { linkItems } from '../../shared/table/link-items.ts';
import { milestoneItems } from '../../shared/table/milestone-items.ts';
import { overviewItems } from '../../shared/table/overview-items.ts';
import { participantItems } from '../../shared/table/participant-items.ts';
import { payoutAccountItems } from '../../shared/table/payout-account-items.ts';
import { payoutBatchItems } from '../../shared/table/payout-batch-items.ts';
import { payoutItems } from '../../shared/table/payout-items.ts';
import { programItems } from '../../shared/table/program-items.ts';
import { reconcileItems } from '../../shared/table/reconcile-items.ts';
import { referralItems } from '../../shared/table/referral-items.ts';
import { reviewItems } from '../../shared/table/review-items.ts';
import { standingItems } from '../../shared/table/standing-items.ts';
import { tallyItems } from '../../shared/table/tally-items.ts';
import { visitorItems } from '../../shared/table/visitor-items.ts';

/** Everything that any use case needs, over one table. */
export function allPorts(table: Table) {
  return {
    ...system,
    ...makeHasher('a secret of the tests'),
    ...activityItems(table),
    ...balanceItems(table),
    ...broughtItems(table),
    ...claimItems(table),
    ...clickDayItems(table),
    ...clickItems(table),
    ...clickReportItems(table),
    ...couponItems(table),
    ...couponPoolItems(table),
    ...earlyItems(table),
    ...eventItems(table),
    ...fraudItems(table),
    ...holdEndItems(table),
    ...journalItems(table),
    ...linkItems(table),
    ...milestoneItems(table),
    ...overviewItems(table),
    ...participantItems(table),
    ...payoutAccountItems(table),
    ...payoutBatchItems(table),
    ...payoutItems(table),
    ...programItems(table),
    ...reconcileItems(table),
    ...referralItems(table),
    ...reviewItems(table),
    ...standingItems(table),
    ...tallyItems(table),
    ...visitorItems(table),
    isProfane,
    isBotAgent,
    isDisposableDomain,
    registrableDomain,
    loadHasher: async () => makeHasher('a secret of the tests'),
    pause: async () => undefined,
    completeSettings: (merged: object) => readWhole(someSettings, merged),
    withinGuesses: async <Outcome>(_: string | undefined, work: () => Promise<Outcome>) => work(),
  };
}

export type AllPorts = ReturnType<typeof allPorts>;

/** Makes the default program, as a deployment's set-up does. */
export async function saveDefaultProgram(ports: AllPorts): Promise<void> {
  const now = new Date(ports.now()).toISOString();
  const settings = defaultSettings('Default', 'https://example.com/');
  await ports.saveProgram({ programId: 'default', ...settings, version: 1, createdAt: now, updatedAt: now });
}

/** Ports whose transactions take no more than so many rewards. */
export function takingAtMost<Ports extends Pick<AllPorts, 'appendEntry' | 'storeReview'>>(
  ports: Ports,
  most: number,
): Ports {
  return {
    ...ports,
    appendEntry: async (referee, entry) =>
      entry.postings.length > most ? { appended: false, tooLarge: true } : ports.appendEntry(referee, entry),
    storeReview: async (change) =>
      change.entry.postings.length > most ? 'too_large' : ports.storeReview(change),
  };
}
