/** Networks whose advertisements can be told by what they add to an address. `other`: a campaign that says it is paid. */
export const adNetworks = [
  'google',
  'microsoft',
  'tiktok',
  'x',
  'linkedin',
  'reddit',
  'facebook',
  'other',
] as const;

export type AdNetwork = (typeof adNetworks)[number];

/** The parameters that networks add, as their documentation names them: most are ids of a click, and of a person. */
const parameters: Readonly<Record<AdNetwork, readonly string[]>> = {
  google: ['gclid', 'gbraid', 'wbraid', 'dclid', 'gad_source', 'gad_campaignid'],
  microsoft: ['msclkid'],
  tiktok: ['ttclid'],
  x: ['twclid'],
  linkedin: ['li_fat_id'],
  reddit: ['rdt_cid', 'rdclid'],
  facebook: ['fbclid', 'fb_action_ids'],
  other: [],
};

/** `utm_medium` of paid traffic, as Google Analytics groups it; without `cpa`, by which affiliates themselves are paid. */
const paidMedium = /^(cp[cmv]|ppc|retargeting|paid.*)$/i;

/** The network whose parameters a query has; undefined if none. Their values, which name a person's click, are not kept. */
export function adNetworkOf(query: Readonly<Record<string, string | undefined>>): AdNetwork | undefined {
  const network = adNetworks.find((one) => parameters[one].some((name) => query[name]));
  // Facebook marks whatever is shared there, so that a campaign that says it is paid says more.
  if (network !== undefined && network !== 'facebook') return network;
  return paidMedium.test(query['utm_medium']?.trim() ?? '') ? 'other' : network;
}
