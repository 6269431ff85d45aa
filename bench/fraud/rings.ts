/** The rings that each rule is made for: what it finds in them is what it can be measured by. */
export const ringsOf: Readonly<Record<string, readonly string[]>> = {
  self_referral: ['own links'],
  same_email: ['self-referral farm'],
  cycle: ['cycles'],
  same_device: ['self-referral farm'],
  same_payment: ['self-referral farm'],
  same_ip: ['self-referral farm'],
  same_domain: ['own domain'],
  disposable_email: ['self-referral farm'],
  fast_sign_up: ['velocity burst'],
  bot_click: ['crawled clicks'],
  data_centre_click: ['server farm'],
  bot_sign_up: ['scripted sign-ups'],
  banned_source: ['banned site'],
  paid_traffic: ['brand bidding'],
  no_page_view: ['crawled clicks', 'stuffed clicks'],
  velocity_participant: ['velocity burst', 'coupon leak'],
  velocity_code: ['velocity burst', 'coupon leak'],
  velocity_ip: ['velocity burst'],
  velocity_device: ['device farm'],
  shared_ip: ['patient farm'],
  shared_payment: ['self-referral farm'],
  shared_cluster: ['device farm'],
  fast_order: ['checkout script'],
  too_many_coupons: ['coupon hoppers'],
  refund_rate: ['refund farm'],
};

/** Something that was judged, and who did it. */
export interface Judged {
  readonly crowd: string;
  readonly isFraud: boolean;
  readonly verdict: { readonly findings: readonly { readonly ruleId: string }[] };
}

/** Of the rings that a rule is made for, how many it finds, and how many there are. */
export function foundInRings(judged: readonly Judged[], ruleId: string): { found: number; of: number } {
  const own = judged.filter(({ crowd, isFraud }) => isFraud && ringsOf[ruleId]?.includes(crowd));
  const found = own.filter(({ verdict }) => verdict.findings.some((finding) => finding.ruleId === ruleId));
  return { found: found.length, of: own.length };
}
