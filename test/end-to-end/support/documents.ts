import type { Plusone } from '../../../client/index.ts';

/** The parts of answers that tests look at, as the client gives them. */
type Api = Plusone['orThrow'];
type Data<Method extends (...given: never[]) => Promise<unknown>> = Awaited<ReturnType<Method>>;

export type Link = Data<Api['generateLink']>;
export type Referral = Data<Api['verifyReferral']>['referral'];
export type Stats = Data<Api['referralStats']>;
export type Balance = Stats['balances'][number];
export type LedgerEntry = Data<Api['participants']['ledger']>['entries'][number];
export type Payout = Data<Api['payouts']['get']>['payout'];
export type EventReport = Data<Api['events']['get']>['event'];
export type Rewards = Data<Api['userRewards']>;
export type Reward = Rewards['rewards'][number];
export type Milestone = Rewards['milestones'][number];
