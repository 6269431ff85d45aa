/** What the groups of routes are about. */
export const tags: Readonly<Record<string, string>> = {
  'Front door':
    'The whole loop in a handful of calls, on the `default` program unless `programId` is given. Fields are taken in snake_case as well.',
  Programs: 'What a campaign promises: rules, window, limits, milestones. Each change makes a version.',
  Participants: 'Users of yours who refer or were referred, what they earned, and what holds for them alone.',
  Links: 'Codes and the URLs that carry them: where they lead, for how long, and as QR codes.',
  Clicks: 'Visits of links, of people and machines; also those that your own servers saw.',
  Analytics: 'Counts over time.',
  Referrals: 'Who brought whom, why it is theirs, and whose it would be under other settings.',
  Reviews: 'Referrals that something speaks against, and the decisions on them.',
  Events: 'What happened to your users: orders, refunds, anything of your own. They make rewards.',
  Rewards: 'What participants earned, claims, and a preview of what an event would pay.',
  Coupons: 'Pools of codes that rewards hand out, each code once.',
  Payouts: 'Money that leaves: one by one or in batches, by hand or by a provider, and statements.',
  Webhooks: 'Addresses of yours that are told of what happens, the log of it, and sending it again.',
  Notifications: 'What participants are told by mail: where to, in which words, and how they unsubscribe.',
  Access: 'Who may call, and what they changed.',
  Operations: 'What keeps it running: work that failed, and doing it again.',
  Open: 'Without a key: redirects, the browser snippet, this documentation.',
};
