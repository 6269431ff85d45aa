import type { FraudRule } from './rule.ts';
import { bannedSource } from './rules/banned-source.ts';
import { botClick } from './rules/bot-click.ts';
import { botSignUp } from './rules/bot-sign-up.ts';
import { cycle } from './rules/cycle.ts';
import { dataCentreClick } from './rules/data-centre-click.ts';
import { disposableEmail } from './rules/disposable-email.ts';
import { fastSignUp } from './rules/fast-sign-up.ts';
import { noPageView } from './rules/no-page-view.ts';
import { paidTraffic } from './rules/paid-traffic.ts';
import { sameDevice } from './rules/same-device.ts';
import { sameDomain } from './rules/same-domain.ts';
import { sameEmail } from './rules/same-email.ts';
import { sameIp } from './rules/same-ip.ts';
import { samePayment } from './rules/same-payment.ts';
import { selfReferral } from './rules/self-referral.ts';
import { sharedCluster } from './rules/shared-cluster.ts';
import { sharedIp } from './rules/shared-ip.ts';
import { sharedPayment } from './rules/shared-payment.ts';
import { velocityCode } from './rules/velocity-code.ts';
import { velocityDevice } from './rules/velocity-device.ts';
import { velocityIp } from './rules/velocity-ip.ts';
import { velocityParticipant } from './rules/velocity-participant.ts';

/** Every fraud rule, in the order in which their reasons are named. */
export const fraudRules: readonly FraudRule[] = [
  selfReferral,
  sameEmail,
  cycle,
  sameDevice,
  samePayment,
  sameIp,
  sameDomain,
  disposableEmail,
  fastSignUp,
  botClick,
  dataCentreClick,
  botSignUp,
  bannedSource,
  paidTraffic,
  noPageView,
  velocityParticipant,
  velocityCode,
  velocityIp,
  velocityDevice,
  sharedIp,
  sharedPayment,
  sharedCluster,
];
