/**
 * What one of each uses. The write units are measured on the engine by test/table/costs.test.ts; read units and calls are
 * those of docs/access-patterns.md; times are those that a warm function takes at 512 MB.
 */
export interface Units {
  readonly apiRequests: number;
  readonly lambdaRequests: number;
  readonly lambdaMs: number;
  readonly writes: number;
  readonly reads: number;
  readonly queueRequests: number;
  readonly busEvents: number;
  readonly logBytes: number;
  /** Sent by SES. */
  readonly mails: number;
}

const requestLog = 250;
const busEventLog = 1000;

/** A visit of a link, without its counting. */
export const visit: Units = {
  apiRequests: 1,
  lambdaRequests: 1,
  lambdaMs: 10,
  writes: 1,
  reads: 0,
  queueRequests: 0,
  busEvents: 0,
  logBytes: requestLog,
  mails: 0,
};

/** A sign-up of a new user by a click, authorizer included; the bus hears twice of the referral, and of who is new. */
export const signUp: Units = {
  apiRequests: 1,
  lambdaRequests: 2,
  lambdaMs: 40,
  writes: 10,
  reads: 5,
  queueRequests: 0,
  busEvents: 3,
  logBytes: requestLog + 3 * busEventLog,
  mails: 0,
};

/** A paid order that makes one reward, from its report to the balance; the bus hears of the reward and of the balance. */
export const rewardedOrder: Units = {
  apiRequests: 1,
  lambdaRequests: 3,
  lambdaMs: 30,
  writes: 6,
  reads: 3.5,
  queueRequests: 0.4,
  busEvents: 2,
  logBytes: requestLog + 2 * busEventLog,
  mails: 0,
};

/**
 * An event that arrives at once at an endpoint that answers in a tenth of a second, by a function of 256 MB, numbered by
 * itself; what a slow one adds is the time.
 */
export const webhookDelivery: Units = {
  apiRequests: 0,
  lambdaRequests: 1,
  lambdaMs: 50,
  writes: 2,
  reads: 2,
  // Sent in tens, received and deleted by itself.
  queueRequests: 2.1,
  busEvents: 0,
  logBytes: 0,
  mails: 0,
};

/** A mail to somebody who can be written to; notices are worked on in tens, which wait for SES together. */
export const mail: Units = {
  apiRequests: 0,
  lambdaRequests: 0.1,
  lambdaMs: 100,
  writes: 1,
  reads: 4,
  queueRequests: 0.3,
  busEvents: 0,
  logBytes: 0,
  mails: 1,
};

/** A batch of visits that are counted together. */
export interface Batch {
  readonly visits: number;
  /** How many different seconds they came in. */
  readonly seconds: number;
  readonly links: number;
  readonly participants: number;
  readonly programs: number;
}

/** Write units of counting a batch: its notes, one for 56 visits of a second, and totals and day of each counter. */
export function countingWrites({ visits, seconds, links, participants, programs }: Batch): number {
  const notes = Math.max(seconds, visits / 56);
  return 2 * notes + 4 * (links + participants + programs);
}
