import { isPublic } from '../shared/contract/access.ts';
import type { Area } from '../shared/contract/route.ts';
import { routes } from '../shared/contract/routes.ts';
import type { Partition } from '../shared/table/layout.ts';
import type { FunctionSpec, TableGrant } from './function-spec.ts';

/**
 * A third of a virtual CPU: signing and parsing a request takes a few milliseconds, waiting for DynamoDB the
 * rest, so that more memory would buy little and less would stretch cold starts.
 */
const answering = { trigger: 'request', memoryMb: 512, timeoutSeconds: 10 } as const;

const readsHashKey = [{ secret: 'hash', actions: ['GetSecretValue'] }] as const;

const readsSigningKeys = { secret: 'signing', actions: ['GetSecretValue'] } as const;

/** Addresses of participants are kept encrypted. */
const opensContacts = { secret: 'contacts', actions: ['GetSecretValue'] } as const;

const signsHooks = { secret: 'hooks', actions: ['GetSecretValue'] } as const;

const sealsWebhookSecrets = { secret: 'webhooks', actions: ['GetSecretValue'] } as const;

/** What a hook came to is kept, and found by whoever would ask again. */
const keepsHookOutcomes = { actions: ['GetItem', 'PutItem'], partitions: ['hook'] } as const;

/** Why a message is given up is noted at its last try. */
const notesLastTries = { actions: ['UpdateItem'], partitions: ['deadLetter'] } as const;

/**
 * Changes by an operator, each in a transaction with its entry of the audit log. AWS does not say whether it holds an
 * action against the keys of its own items or of the whole transaction, so both actions have all of them.
 */
const notes = (...partitions: readonly Partition[]) =>
  ({
    actions: ['PutItem', 'UpdateItem'],
    partitions: [...partitions, 'audit'],
  }) as const satisfies TableGrant;

/** The functions behind the routes, one an area: docs/decisions/0003-one-function-an-area.md. */
const areas = {
  redirect: {
    ...answering,
    entry: 'functions/redirect/handler.ts',
    description: 'Follows a link: records the click, then redirects',
    // A visitor waits: past three seconds they are gone, and the fallback serves them better.
    timeoutSeconds: 3,
    // At less than a click a second each would be traced, for more than twice of what it costs to serve.
    traced: false,
    environment: [
      'TABLE_NAME',
      'HASH_SECRET_ARN',
      'COUNTRY_HEADER',
      'ASN_HEADER',
      'RATE_LIMITS',
      'ADDRESS_HEADER',
    ],
    table: [
      { actions: ['GetItem'], partitions: ['code', 'program'] },
      { actions: ['PutItem'], partitions: ['click'] },
      // Codes that nobody has are counted for each address that asks for them.
      { actions: ['UpdateItem'], partitions: ['linkUse', 'rate'] },
    ],
    secrets: readsHashKey,
  },
  docs: {
    ...answering,
    entry: 'functions/api/docs/handler.ts',
    description: 'Serves the documentation, the OpenAPI document and the health check',
    environment: ['API_URL'],
    table: [],
  },
  snippet: {
    ...answering,
    entry: 'functions/api/snippet/handler.ts',
    description: 'Serves the browser snippet to pages',
    // A few kilobytes from memory: the least that there is does.
    memoryMb: 128,
    timeoutSeconds: 3,
    // As with redirects, a trace would cost more than the call.
    traced: false,
    environment: [],
    table: [],
  },
  programs: {
    ...answering,
    entry: 'functions/api/programs/handler.ts',
    description: 'Creates, changes and lists programs',
    environment: ['TABLE_NAME'],
    table: [
      { actions: ['GetItem', 'Query'], partitions: ['program'] },
      notes('program'),
      { actions: ['Query'], partitions: ['programList'] },
    ],
  },
  participants: {
    ...answering,
    entry: 'functions/api/participants/handler.ts',
    description: 'Creates participants and shows what they did and earned',
    environment: ['TABLE_NAME', 'HASH_SECRET_ARN'],
    table: [
      { actions: ['GetItem', 'Query'], partitions: ['participant'] },
      { actions: ['GetItem'], partitions: ['program'] },
      // A participant is registered with a first link, and the first of a program marks it, in one transaction.
      notes('participant', 'code', 'program'),
      { actions: ['Query'], partitions: ['activityList', 'referralList'] },
    ],
    secrets: readsHashKey,
  },
  links: {
    ...answering,
    entry: 'functions/api/links/handler.ts',
    description: 'Makes, changes and lists links, and draws their QR codes',
    environment: ['TABLE_NAME', 'LINK_BASE_URL'],
    table: [
      { actions: ['GetItem'], partitions: ['program', 'participant', 'code', 'linkUse'] },
      notes('code', 'participant', 'program'),
      { actions: ['Query'], partitions: ['code', 'linkList'] },
    ],
  },
  clicks: {
    ...answering,
    entry: 'functions/api/clicks/handler.ts',
    description: "Records clicks that a customer's server reports",
    environment: ['TABLE_NAME', 'HASH_SECRET_ARN'],
    table: [
      { actions: ['GetItem'], partitions: ['code', 'click', 'clickReport'] },
      { actions: ['Query'], partitions: ['click'] },
      { actions: ['PutItem'], partitions: ['clickReport', 'visitor'] },
      // A visit and its place below a cap are one transaction, so both actions have the keys of both.
      { actions: ['PutItem', 'UpdateItem'], partitions: ['click', 'linkUse'] },
    ],
    secrets: readsHashKey,
  },
  analytics: {
    ...answering,
    entry: 'functions/api/analytics/handler.ts',
    description: 'Shows clicks by day and hour',
    environment: ['TABLE_NAME'],
    table: [
      { actions: ['GetItem'], partitions: ['program', 'participant', 'code'] },
      { actions: ['Query'], partitions: ['clickDays'] },
    ],
  },
  audit: {
    ...answering,
    entry: 'functions/api/audit/handler.ts',
    description: 'Shows what was changed by hand',
    environment: ['TABLE_NAME'],
    table: [{ actions: ['Query'], partitions: ['auditList'] }],
  },
  tokens: {
    ...answering,
    entry: 'functions/api/tokens/handler.ts',
    description: 'Issues tokens for participants, and publishes and rotates the keys that sign them',
    environment: ['TABLE_NAME', 'API_URL', 'SIGNING_SECRET_ARN'],
    table: [
      { actions: ['GetItem'], partitions: ['program'] },
      { actions: ['PutItem'], partitions: ['audit'] },
    ],
    secrets: [{ secret: 'signing', actions: ['GetSecretValue', 'PutSecretValue'] }],
  },
  keys: {
    ...answering,
    entry: 'functions/api/keys/handler.ts',
    description: 'Makes, rotates and revokes API keys',
    environment: ['TABLE_NAME', 'HASH_SECRET_ARN'],
    table: [
      { actions: ['GetItem'], partitions: ['apiKey', 'program'] },
      { actions: ['BatchGetItem'], partitions: ['apiKeyUse'] },
      { actions: ['Query'], partitions: ['apiKeyList'] },
      // A key changes only while the key that asks for it stands.
      { actions: ['PutItem', 'ConditionCheckItem'], partitions: ['apiKey', 'audit'] },
    ],
    secrets: readsHashKey,
  },
  referrals: {
    ...answering,
    entry: 'functions/api/referrals/handler.ts',
    description: 'Attributes a new user to who referred them',
    // The customer's own validation may take ten of them.
    timeoutSeconds: 20,
    environment: ['TABLE_NAME', 'HASH_SECRET_ARN', 'HOOK_SECRET_ARN', 'VALIDATION_HOOK_ARN'],
    table: [
      { actions: ['GetItem'], partitions: ['program', 'participant', 'code', 'linkUse', 'click'] },
      { actions: ['Query'], partitions: ['participant', 'visitor', 'participantList'] },
      { actions: ['BatchGetItem'], partitions: ['participant', 'fingerprint'] },
      // An assignment by hand makes a first link where there is none, and is noted in the audit log.
      {
        actions: ['PutItem', 'UpdateItem', 'ConditionCheckItem'],
        partitions: ['participant', 'code', 'audit', 'fingerprint'],
      },
      keepsHookOutcomes,
    ],
    secrets: [...readsHashKey, signsHooks],
    asksHook: 'validation',
  },
  events: {
    ...answering,
    entry: 'functions/api/events/handler.ts',
    description: "Accepts events of a customer's backend",
    environment: ['TABLE_NAME', 'HASH_SECRET_ARN'],
    table: [
      { actions: ['GetItem', 'PutItem'], partitions: ['event'] },
      // A preview reads all that a decision needs.
      { actions: ['GetItem'], partitions: ['program'] },
      { actions: ['Query'], partitions: ['participant'] },
      { actions: ['BatchGetItem'], partitions: ['program', 'participant'] },
    ],
    secrets: readsHashKey,
  },
  rewards: {
    ...answering,
    entry: 'functions/api/rewards/handler.ts',
    description: 'Shows and claims rewards, and shows badges',
    environment: ['TABLE_NAME'],
    table: [
      { actions: ['GetItem', 'Query'], partitions: ['participant'] },
      { actions: ['GetItem'], partitions: ['program'] },
      notes('participant'),
      { actions: ['ConditionCheckItem'], partitions: ['participant', 'audit'] },
      { actions: ['Query'], partitions: ['activityList'] },
    ],
  },
  payouts: {
    ...answering,
    entry: 'functions/api/payouts/handler.ts',
    description: 'Moves money from balances to payouts and back, alone and in batches; makes statements',
    // A batch works for 15 seconds a call, and then ends what it has begun: as long as the gateway waits.
    timeoutSeconds: 29,
    environment: ['TABLE_NAME', 'PAYOUT_PROVIDERS_SECRET_ARN'],
    table: [
      { actions: ['GetItem'], partitions: ['program'] },
      { actions: ['GetItem'], partitions: ['participant', 'payoutBatch'] },
      notes('participant', 'payoutBatch'),
      // Whoever is banned, or owes, is paid nothing: a condition of what reserves a payout and lets it leave.
      { actions: ['ConditionCheckItem'], partitions: ['participant', 'payoutBatch', 'audit'] },
      { actions: ['Query'], partitions: ['participant', 'payoutBatch'] },
      {
        actions: ['Query'],
        partitions: ['activityList', 'participantList', 'payoutBatchList', 'payoutList'],
      },
    ],
    secrets: [{ secret: 'payoutProviders', actions: ['GetSecretValue'] }],
  },
  reviews: {
    ...answering,
    entry: 'functions/api/reviews/handler.ts',
    description: 'Lists cases, does what a person decides of referrals, and tries other rules',
    environment: ['TABLE_NAME'],
    table: [
      { actions: ['GetItem'], partitions: ['program', 'participant', 'code'] },
      { actions: ['BatchGetItem'], partitions: ['program', 'participant'] },
      { actions: ['Query'], partitions: ['participant', 'participantList', 'referralList', 'reviewList'] },
      // A decision settles rewards with their caps and budgets, makes a first link for whom a referral is given to, and
      // is noted in the audit log, in one transaction.
      {
        actions: ['PutItem', 'UpdateItem', 'ConditionCheckItem'],
        partitions: ['participant', 'program', 'code', 'audit'],
      },
    ],
  },
  operations: {
    ...answering,
    entry: 'functions/api/operations/handler.ts',
    description: 'Shows what was given up, and has it done again',
    // Whom it calls again may take a while, and it waits for readers of the stream.
    timeoutSeconds: 29,
    environment: ['TABLE_NAME', 'REDRIVES'],
    table: [
      { actions: ['GetItem'], partitions: ['deadLetter'] },
      notes('deadLetter'),
      { actions: ['Query'], partitions: ['deadLetterList'] },
    ],
    redrivesFailures: true,
  },
  notifications: {
    ...answering,
    entry: 'functions/api/notifications/handler.ts',
    description: 'Sets where participants are written to, and what; unsubscribes them',
    environment: ['TABLE_NAME', 'API_URL', 'HASH_SECRET_ARN', 'CONTACT_SECRET_ARN'],
    table: [
      { actions: ['GetItem'], partitions: ['program', 'participant'] },
      { actions: ['Query'], partitions: ['program'] },
      // Contacts lie with participants, and templates with programs.
      notes('participant', 'program'),
    ],
    secrets: [...readsHashKey, opensContacts],
  },
  coupons: {
    ...answering,
    entry: 'functions/api/coupons/handler.ts',
    description: 'Loads and shows the coupons of a pool',
    // A thousand codes are eleven transactions, which meet those that hand codes out.
    timeoutSeconds: 25,
    environment: ['TABLE_NAME'],
    table: [
      { actions: ['GetItem', 'Query'], partitions: ['program'] },
      { actions: ['Query'], partitions: ['pool'] },
      // One transaction puts codes and changes the numbers of their pool, which lie with the program.
      notes('pool', 'program'),
    ],
  },
  webhooks: {
    ...answering,
    entry: 'functions/api/webhooks/handler.ts',
    description: 'Keeps webhook endpoints, shows what became of deliveries, and sends them again',
    environment: ['TABLE_NAME', 'WEBHOOK_QUEUE_URL', 'WEBHOOK_SECRET_ARN'],
    table: [
      { actions: ['GetItem', 'Query'], partitions: ['webhookEndpoints', 'delivery'] },
      { actions: ['GetItem'], partitions: ['program'] },
      notes('webhookEndpoints'),
    ],
    secrets: [sealsWebhookSecrets],
    sendsWebhooks: true,
  },
} as const satisfies Record<Area, FunctionSpec>;

const guarded = new Set(routes.filter((route) => !isPublic(route)).map(({ area }) => area));

const guardEnvironment = ['TABLE_NAME', 'HASH_SECRET_ARN', 'RATE_LIMITS', 'ADDRESS_HEADER'] as const;

/**
 * What every function has that answers callers who are known: requests under idempotency keys are kept, and what
 * somebody takes of their limits is counted. Neither is ever in a transaction with anything else.
 */
function guarding(spec: FunctionSpec): FunctionSpec {
  return {
    ...spec,
    environment: [...new Set([...spec.environment, ...guardEnvironment])],
    secrets: [...(spec.secrets ?? []).filter(({ secret }) => secret !== 'hash'), ...readsHashKey],
    apart: [
      { actions: ['PutItem', 'UpdateItem'], partitions: ['request'] },
      { actions: ['UpdateItem'], partitions: ['rate'] },
    ],
  };
}

/** The functions behind no route: the authorizer, and what runs on queue, stream, schedule and deployment. */
const others = {
  authorizer: {
    ...answering,
    entry: 'functions/authorizer/handler.ts',
    description: 'Knows the holder of an API key or token',
    timeoutSeconds: 5,
    environment: [
      'TABLE_NAME',
      'HASH_SECRET_ARN',
      'API_URL',
      'SIGNING_SECRET_ARN',
      'OIDC_ISSUER',
      'OIDC_AUDIENCE',
      'OIDC_USER_CLAIM',
      'OIDC_PROGRAM_CLAIM',
    ],
    // It reads what strangers send: when a key was used is all that it can write.
    table: [
      { actions: ['GetItem'], partitions: ['apiKey'] },
      { actions: ['PutItem'], partitions: ['apiKeyUse'] },
    ],
    secrets: [...readsHashKey, readsSigningKeys],
  },
  'process-event': {
    trigger: 'rewardQueue',
    entry: 'functions/queue/process-event/handler.ts',
    description: 'Computes what an event earns, and books it',
    memoryMb: 512,
    // Ten events of each of ten users, each a few reads and a transaction that may meet others and be tried again; an
    // event may wait three seconds for the customer's own logic, and users don't wait for each other.
    timeoutSeconds: 60,
    deliveries: 5,
    environment: ['TABLE_NAME', 'HOOK_SECRET_ARN', 'CALCULATION_HOOK_ARN'],
    apart: [notesLastTries],
    table: [
      { actions: ['GetItem'], partitions: ['program', 'participant'] },
      { actions: ['BatchGetItem'], partitions: ['event', 'program', 'participant'] },
      { actions: ['Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem'], partitions: ['participant'] },
      { actions: ['UpdateItem'], partitions: ['event', 'program'] },
      // A coupon, the reward that gets it and the numbers of its pool are one transaction.
      { actions: ['Query', 'PutItem', 'UpdateItem'], partitions: ['pool'] },
      { actions: ['PutItem'], partitions: ['program'] },
      { actions: ['Query'], partitions: ['freeCouponList', 'reviewList'] },
      // What follows from a ban is noted in the audit log: cases that are decided, payouts that are cancelled.
      { actions: ['PutItem', 'UpdateItem', 'ConditionCheckItem'], partitions: ['audit'] },
      keepsHookOutcomes,
    ],
    secrets: [signsHooks],
    asksHook: 'calculation',
  },
  'notify-hook': {
    trigger: 'noticeQueue',
    entry: 'functions/queue/notify-hook/handler.ts',
    description: "Tells a program's own logic what happened",
    memoryMb: 256,
    // Ten notices at once, each for ten seconds at the most, and a cold start.
    timeoutSeconds: 20,
    // Every two minutes for an hour: as long as a receiver may be down before a person has to look.
    deliveries: 30,
    environment: ['TABLE_NAME', 'HOOK_SECRET_ARN', 'NOTIFICATION_HOOK_ARN'],
    apart: [notesLastTries],
    table: [{ actions: ['GetItem'], partitions: ['program'] }],
    secrets: [signsHooks],
    asksHook: 'notification',
  },
  'deliver-webhook': {
    trigger: 'webhookQueue',
    entry: 'functions/queue/deliver-webhook/handler.ts',
    description: 'Tells webhook endpoints what happened',
    memoryMb: 256,
    // A delivery, for 15 seconds at the most, what is written of it, and a cold start.
    timeoutSeconds: 30,
    deliveries: 5,
    environment: [
      'TABLE_NAME',
      'WEBHOOK_QUEUE_URL',
      'SLOW_WEBHOOK_QUEUE_URL',
      'WEBHOOK_SECRET_ARN',
      'WEBHOOK_RETRY_SECONDS',
      'EVENT_BUS_NAME',
    ],
    apart: [notesLastTries],
    table: [
      { actions: ['GetItem', 'UpdateItem'], partitions: ['webhookEndpoints', 'delivery'] },
      { actions: ['Query'], partitions: ['delivery'] },
    ],
    secrets: [sealsWebhookSecrets],
    sendsWebhooks: true,
    sendsSlowWebhooks: true,
    // Clicks, where the settings ask for them.
    publishesEvents: true,
  },
  'notify-participant': {
    trigger: 'notificationQueue',
    entry: 'functions/queue/notify-participant/handler.ts',
    description: 'Tells participants by mail what happened to them',
    memoryMb: 256,
    // Ten mails at once, each for five seconds at the most, and a cold start.
    timeoutSeconds: 20,
    // Every two minutes for an hour: as long as SES may refuse before a person has to look.
    deliveries: 30,
    environment: ['TABLE_NAME', 'API_URL', 'HASH_SECRET_ARN', 'CONTACT_SECRET_ARN', 'NOTIFICATION_SENDER'],
    apart: [notesLastTries],
    table: [
      { actions: ['GetItem'], partitions: ['program', 'participant'] },
      { actions: ['Query'], partitions: ['program'] },
      { actions: ['UpdateItem'], partitions: ['notification'] },
    ],
    secrets: [...readsHashKey, opensContacts],
    sendsMail: true,
  },
  'count-clicks': {
    trigger: 'tableStream',
    entry: 'functions/stream/count-clicks/handler.ts',
    description: 'Adds new clicks to the totals that show them, and announces them to whoever asked',
    memoryMb: 512,
    // A thousand clicks of a thousand links are as many counters, in transactions of a hundred.
    timeoutSeconds: 60,
    environment: ['TABLE_NAME', 'WEBHOOK_QUEUE_URL', 'PUBLISH_CLICKS'],
    table: [
      { actions: ['Query'], partitions: ['tally', 'webhookEndpoints'] },
      // One transaction puts a tally and updates totals. AWS does not say whether it holds an action against the
      // keys of its own items or of the whole transaction, so both actions have all of them.
      {
        actions: ['PutItem', 'UpdateItem'],
        partitions: ['tally', 'code', 'participant', 'program', 'clickDays'],
      },
    ],
    sendsWebhooks: true,
  },
  'relay-changes': {
    trigger: 'tableStream',
    entry: 'functions/stream/relay-changes/handler.ts',
    description:
      "Hands accepted events to the rewards queue, and tells bus, endpoints, hooks and participants of the table's changes",
    memoryMb: 256,
    timeoutSeconds: 60,
    environment: [
      'TABLE_NAME',
      'REWARD_QUEUE_URL',
      'NOTICE_QUEUE_URL',
      'NOTIFICATION_QUEUE_URL',
      'NOTIFICATION_SENDER',
      'WEBHOOK_QUEUE_URL',
      'EVENT_BUS_NAME',
      'NOTIFICATION_HOOK_ARN',
    ],
    // Whether a program wants to be told, and who listens, are kept for ten seconds. Participants count what is told.
    table: [
      { actions: ['GetItem'], partitions: ['program', 'sequence'] },
      { actions: ['Query'], partitions: ['webhookEndpoints'] },
      // When holds end is noted for the clock's function.
      { actions: ['PutItem'], partitions: ['sequence', 'holdEnd'] },
    ],
    sendsWebhooks: true,
    sendsRewards: true,
    sendsNotices: true,
    sendsNotifications: true,
    publishesEvents: true,
  },
  'collect-dead-letters': {
    trigger: 'schedule',
    entry: 'functions/schedule/collect-dead-letters/handler.ts',
    description: 'Brings what was given up into the table',
    memoryMb: 256,
    timeoutSeconds: 60,
    // It runs every minute: a trace of each would cost more than all else of it.
    traced: false,
    environment: ['TABLE_NAME', 'FAILURE_QUEUES'],
    table: [{ actions: ['UpdateItem'], partitions: ['deadLetter'] }],
    collectsFailures: true,
  },
  'reconcile-balances': {
    trigger: 'schedule',
    entry: 'functions/schedule/reconcile-balances/handler.ts',
    description: 'Proves every day that each balance is the sum of its ledger',
    // It reads the whole table, a megabyte a page: as much time as Lambda gives, and CPU to parse it.
    memoryMb: 1024,
    timeoutSeconds: 900,
    environment: ['TABLE_NAME'],
    table: [
      { actions: ['Query'], partitions: ['activityList'] },
      { actions: ['GetItem'], partitions: ['participant'] },
    ],
    scansTable: true,
  },
  'rotate-signing-keys': {
    trigger: 'schedule',
    entry: 'functions/schedule/rotate-signing-keys/handler.ts',
    description: 'Makes the next key that signs tokens when the newest is old enough',
    memoryMb: 256,
    timeoutSeconds: 30,
    environment: ['TABLE_NAME', 'SIGNING_SECRET_ARN', 'SIGNING_KEY_DAYS'],
    // What a rotation by hand that died left unsaid.
    table: [{ actions: ['PutItem'], partitions: ['audit'] }],
    secrets: [{ secret: 'signing', actions: ['GetSecretValue', 'PutSecretValue'] }],
  },
  'tell-hold-ends': {
    trigger: 'schedule',
    entry: 'functions/schedule/tell-hold-ends/handler.ts',
    description: 'Lets it be known every hour which holds have ended',
    // Fifty writes at a time, for as long as Lambda gives: what a crowd leaves is the next hour's.
    memoryMb: 1024,
    timeoutSeconds: 900,
    environment: ['TABLE_NAME'],
    table: [
      { actions: ['GetItem', 'Query', 'UpdateItem'], partitions: ['holdEnd'] },
      { actions: ['UpdateItem'], partitions: ['participant'] },
    ],
  },
  'reconcile-payouts': {
    trigger: 'schedule',
    entry: 'functions/schedule/reconcile-payouts/handler.ts',
    description: 'Asks providers every hour what became of payouts in doubt',
    memoryMb: 512,
    // It takes on payouts for four minutes; the last ones may ask a provider twice.
    timeoutSeconds: 300,
    environment: ['TABLE_NAME', 'PAYOUT_PROVIDERS_SECRET_ARN'],
    table: [
      { actions: ['Query'], partitions: ['programList', 'payoutList'] },
      { actions: ['GetItem', 'PutItem', 'UpdateItem', 'ConditionCheckItem'], partitions: ['participant'] },
    ],
    secrets: [{ secret: 'payoutProviders', actions: ['GetSecretValue'] }],
  },
  bootstrap: {
    trigger: 'deployment',
    entry: 'functions/deploy/bootstrap/handler.ts',
    description: 'Makes the default program and the first API key when the stack is deployed',
    memoryMb: 256,
    timeoutSeconds: 60,
    environment: [
      'TABLE_NAME',
      'HASH_SECRET_ARN',
      'FIRST_KEY_SECRET_ARN',
      'HOOK_SECRET_ARN',
      'SIGNING_SECRET_ARN',
      'DEFAULT_DESTINATION',
    ],
    table: [
      { actions: ['PutItem'], partitions: ['apiKey', 'program'] },
      { actions: ['UpdateItem'], partitions: ['program'] },
    ],
    secrets: [
      ...readsHashKey,
      { secret: 'firstKey', actions: ['GetSecretValue', 'PutSecretValue'] },
      { secret: 'hooks', actions: ['GetSecretValue', 'PutSecretValue'] },
      { secret: 'signing', actions: ['GetSecretValue', 'PutSecretValue'] },
    ],
  },
} as const satisfies Record<string, FunctionSpec>;

/** The name of a function: of its bundle, its construct, and in the tests. */
export type FunctionName = keyof typeof areas | keyof typeof others;

const answeringAreas = Object.fromEntries(
  Object.entries(areas).map(([area, spec]) => [area, guarded.has(area as Area) ? guarding(spec) : spec]),
) as Record<Area, FunctionSpec>;

/** Every function of a deployment. */
export const functions: Readonly<Record<FunctionName, FunctionSpec>> = { ...answeringAreas, ...others };

/** The names, in the order of the manifest. */
export const functionNames = Object.keys(functions) as readonly FunctionName[];
