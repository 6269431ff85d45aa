/** List prices of us-east-1 in US dollars, 2026, without the free tier and without tax; each for one. */
export const prices = {
  apiRequest: 1.0 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  lambdaGigabyteSecond: 0.0000133334,
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  storedGigabyteMonth: 0.25,
  queueRequest: 0.4 / 1e6,
  busEvent: 1.0 / 1e6,
  logGigabyte: 0.5,
  mail: 0.1 / 1e3,
} as const;

/** What a stage has when nobody clicks, and is paid for: test/infra/idle.test.ts counts it in the template. */
export const atRest = { secrets: 7, alarmMetrics: 25, workQueues: 5, failureQueues: 12 } as const;

const secondsAMonth = 730 * 3_600;

/** Lambda has five pollers for each queue, which ask every twenty seconds. */
const polls = atRest.workQueues * 5 * (secondsAMonth / 20);

/** Each failure queue is asked once a minute, by a function of 256 MB that takes a tenth of a second. */
const looks = secondsAMonth / 60;
const aLook = prices.lambdaRequest + 0.1 * 0.25 * prices.lambdaGigabyteSecond;

/** What a stage costs a month when nobody clicks, in cents, as docs/deploy.md lists it. */
const idleCents = [
  atRest.secrets * 40,
  atRest.alarmMetrics * 10,
  polls * prices.queueRequest * 100,
  looks * (atRest.failureQueues * prices.queueRequest + aLook) * 100,
].map(Math.round);

/** All of it, in dollars. */
export const idle = idleCents.reduce((sum, line) => sum + line, 0) / 100;
