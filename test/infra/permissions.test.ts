import { describe, expect, it } from 'vitest';
import { functionNames } from '../../infra/functions.ts';
import { permissionsOf, statementsOf } from './support/permissions.ts';
import { resourcesOf } from './support/synth.ts';

const logs = ['logs:CreateLogStream on own log', 'logs:PutLogEvents on own log'];
const always = [...logs, 'xray:PutTelemetryRecords on *', 'xray:PutTraceSegments on *'];
const hashSecret = 'secretsmanager:GetSecretValue on hash secret';
const contactSecret = 'secretsmanager:GetSecretValue on contact secret';
const hookSecret = 'secretsmanager:GetSecretValue on hook secret';
const signingKeys = 'secretsmanager:GetSecretValue on signing keys';
const stream = [
  "dynamodb:DescribeStream on table's stream",
  "dynamodb:GetRecords on table's stream",
  "dynamodb:GetShardIterator on table's stream",
  "dynamodb:ListStreams on table's stream",
];

function expectPermissions(name: string, ...lines: string[]): void {
  expect(permissionsOf(name)).toEqual([...always, ...lines].sort());
}

/** What every function has that answers callers who are known. */
const guards = [
  'dynamodb:PutItem on table of REQUEST#*',
  'dynamodb:UpdateItem on table of RATE#* REQUEST#*',
  hashSecret,
];

function expectAnswering(name: string, ...lines: string[]): void {
  expectPermissions(name, ...new Set([...guards, ...lines]));
}

describe('what a function behind a route may do', () => {
  it('redirect: reads links and programs, writes clicks and what caps have used up, and is not traced', () => {
    expect(permissionsOf('Redirect')).toEqual([
      'dynamodb:GetItem on table of CODE#* PROGRAM#*',
      'dynamodb:PutItem on table of CLICK#*',
      'dynamodb:UpdateItem on table of LINK_USE#* RATE#*',
      ...logs,
      hashSecret,
    ]);
  });

  it('docs: nothing', () => {
    expectPermissions('Docs');
  });

  it('snippet: nothing, and is not traced', () => {
    expect(permissionsOf('Snippet')).toEqual(logs);
  });

  it('programs: programs and their list', () => {
    expectAnswering(
      'Programs',
      'dynamodb:GetItem on table of PROGRAM#*',
      'dynamodb:PutItem on table of AUDIT#* PROGRAM#*',
      'dynamodb:UpdateItem on table of AUDIT#* PROGRAM#*',
      'dynamodb:Query on table of PROGRAM#*',
      "dynamodb:Query on table's lists of PROGRAMS*",
    );
  });

  it('participants: participants with their first codes, and reads programs', () => {
    expectAnswering(
      'Participants',
      'dynamodb:GetItem on table of PARTICIPANT#* PROGRAM#*',
      'dynamodb:PutItem on table of AUDIT#* CODE#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:UpdateItem on table of AUDIT#* CODE#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:Query on table of PARTICIPANT#*',
      "dynamodb:Query on table's lists of ACTIVITY#* REFERRALS#*",
      hashSecret,
    );
  });

  it('links: codes and participants, and reads programs', () => {
    expectAnswering(
      'Links',
      'dynamodb:GetItem on table of CODE#* LINK_USE#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:PutItem on table of AUDIT#* CODE#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:UpdateItem on table of AUDIT#* CODE#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:Query on table of CODE#*',
      "dynamodb:Query on table's lists of LINKS#*",
    );
  });

  it('clicks: writes clicks and what caps have used up, and reads codes', () => {
    expectAnswering(
      'Clicks',
      'dynamodb:GetItem on table of CLICK#* CLICK_REPORT#* CODE#*',
      'dynamodb:PutItem on table of CLICK#* CLICK_REPORT#* LINK_USE#* VISITOR#*',
      'dynamodb:UpdateItem on table of CLICK#* LINK_USE#*',
      'dynamodb:Query on table of CLICK#*',
      hashSecret,
    );
  });

  it('analytics: reads programs, participants, codes and the clicks of days', () => {
    expectAnswering(
      'Analytics',
      'dynamodb:GetItem on table of CODE#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:Query on table of CLICK_DAYS#*',
    );
  });

  it('audit: reads its list', () => {
    expectAnswering('Audit', "dynamodb:Query on table's lists of AUDITS#*");
  });

  it('tokens: the signing keys, and an entry of the audit log for each change of them', () => {
    expectAnswering(
      'Tokens',
      'dynamodb:GetItem on table of PROGRAM#*',
      'dynamodb:PutItem on table of AUDIT#*',
      signingKeys,
      'secretsmanager:PutSecretValue on signing keys',
    );
  });

  it('keys: API keys, and when they were used', () => {
    expectAnswering(
      'Keys',
      'dynamodb:GetItem on table of APIKEY#* PROGRAM#*',
      'dynamodb:BatchGetItem on table of APIKEY_USE#*',
      'dynamodb:PutItem on table of APIKEY#* AUDIT#*',
      'dynamodb:ConditionCheckItem on table of APIKEY#* AUDIT#*',
      "dynamodb:Query on table's lists of APIKEYS*",
    );
  });

  it('referrals: participants, first codes and the audit log, and reads all that attributes', () => {
    expectAnswering(
      'Referrals',
      'dynamodb:GetItem on table of CLICK#* CODE#* HOOK#* LINK_USE#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:PutItem on table of AUDIT#* CODE#* FINGERPRINT#* HOOK#* PARTICIPANT#*',
      'dynamodb:UpdateItem on table of AUDIT#* CODE#* FINGERPRINT#* PARTICIPANT#*',
      'dynamodb:ConditionCheckItem on table of AUDIT#* CODE#* FINGERPRINT#* PARTICIPANT#*',
      'dynamodb:BatchGetItem on table of FINGERPRINT#* PARTICIPANT#*',
      'dynamodb:Query on table of PARTICIPANT#* VISITOR#*',
      "dynamodb:Query on table's lists of PARTICIPANTS#*",
      hashSecret,
      hookSecret,
    );
  });

  it('events: accepts events, and books nothing', () => {
    expectAnswering(
      'Events',
      'dynamodb:GetItem on table of EVENT#* PROGRAM#*',
      'dynamodb:PutItem on table of EVENT#*',
      'dynamodb:Query on table of PARTICIPANT#*',
      'dynamodb:BatchGetItem on table of PARTICIPANT#* PROGRAM#*',
      hashSecret,
    );
  });

  it('rewards: changes what stands, books what a claim moves, and reads programs', () => {
    expectAnswering(
      'Rewards',
      'dynamodb:GetItem on table of PARTICIPANT#* PROGRAM#*',
      'dynamodb:Query on table of PARTICIPANT#*',
      'dynamodb:PutItem on table of AUDIT#* PARTICIPANT#*',
      'dynamodb:UpdateItem on table of AUDIT#* PARTICIPANT#*',
      'dynamodb:ConditionCheckItem on table of AUDIT#* PARTICIPANT#*',
      "dynamodb:Query on table's lists of ACTIVITY#*",
    );
  });

  it('reviews: cases, referrals, rewards and the audit log', () => {
    expectAnswering(
      'Reviews',
      'dynamodb:GetItem on table of CODE#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:BatchGetItem on table of PARTICIPANT#* PROGRAM#*',
      'dynamodb:PutItem on table of AUDIT#* CODE#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:UpdateItem on table of AUDIT#* CODE#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:ConditionCheckItem on table of AUDIT#* CODE#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:Query on table of PARTICIPANT#*',
      "dynamodb:Query on table's lists of PARTICIPANTS#* REFERRALS#* REVIEWS#*",
    );
  });

  it('operations: shows dead letters, and has done again what any of them is about', () => {
    const lines = permissionsOf('Operations');
    expect(lines).toEqual(
      expect.arrayContaining([
        'dynamodb:GetItem on table of DEAD_LETTER#*',
        'dynamodb:UpdateItem on table of AUDIT#* DEAD_LETTER#*',
        "dynamodb:Query on table's lists of DEAD_LETTERS#*",
        "dynamodb:GetRecords on table's stream",
        "dynamodb:GetShardIterator on table's stream",
      ]),
    );
    const sending = lines.find((line) => line.startsWith('sqs:SendMessage on '));
    expect(sending).toContain('rewards, notices');
    expect(lines.find((line) => line.startsWith('lambda:InvokeFunction on '))).toContain(
      'FunctionsRelayChangesFunction',
    );
    expect(lines.some((line) => line.startsWith('sqs:ReceiveMessage'))).toBe(false);
  });

  it('notifications: sets contacts, which lie with participants, and templates, which lie with programs', () => {
    expect(permissionsOf('Notifications')).toEqual(
      expect.arrayContaining([
        'dynamodb:GetItem on table of PARTICIPANT#* PROGRAM#*',
        'dynamodb:Query on table of PROGRAM#*',
        'dynamodb:PutItem on table of AUDIT#* PARTICIPANT#* PROGRAM#*',
        'dynamodb:UpdateItem on table of AUDIT#* PARTICIPANT#* PROGRAM#*',
        contactSecret,
      ]),
    );
  });

  it('coupons: pools and their numbers, which lie with the program', () => {
    expectAnswering(
      'Coupons',
      'dynamodb:GetItem on table of PROGRAM#*',
      'dynamodb:Query on table of POOL#* PROGRAM#*',
      'dynamodb:PutItem on table of AUDIT#* POOL#* PROGRAM#*',
      'dynamodb:UpdateItem on table of AUDIT#* POOL#* PROGRAM#*',
    );
  });

  it('payouts: participants, batches and their lists, and reads programs', () => {
    expectAnswering(
      'Payouts',
      'dynamodb:GetItem on table of PARTICIPANT#* PAYOUT_BATCH#* PROGRAM#*',
      'dynamodb:PutItem on table of AUDIT#* PARTICIPANT#* PAYOUT_BATCH#*',
      'dynamodb:UpdateItem on table of AUDIT#* PARTICIPANT#* PAYOUT_BATCH#*',
      'dynamodb:ConditionCheckItem on table of AUDIT#* PARTICIPANT#* PAYOUT_BATCH#*',
      'dynamodb:Query on table of PARTICIPANT#* PAYOUT_BATCH#*',
      "dynamodb:Query on table's lists of ACTIVITY#* PARTICIPANTS#* PAYOUTS#* PAYOUT_BATCHES#*",
      'secretsmanager:GetSecretValue on payment providers',
    );
  });
});

describe('what a function behind the routes of webhooks may do', () => {
  it('webhooks: endpoints and their log, whose secrets it encrypts, and sends', () => {
    expectAnswering(
      'Webhooks',
      'dynamodb:GetItem on table of DELIVERY#* PROGRAM#* WEBHOOK_ENDPOINTS*',
      'dynamodb:Query on table of DELIVERY#* WEBHOOK_ENDPOINTS*',
      'dynamodb:PutItem on table of AUDIT#* WEBHOOK_ENDPOINTS*',
      'dynamodb:UpdateItem on table of AUDIT#* WEBHOOK_ENDPOINTS*',
      'sqs:SendMessage on webhooks',
      'secretsmanager:GetSecretValue on webhook key',
    );
  });
});

describe('what a function behind no route may do', () => {
  it('authorizer: reads API keys and signing keys, and writes when API keys were used', () => {
    expectPermissions(
      'Authorizer',
      'dynamodb:GetItem on table of APIKEY#*',
      'dynamodb:PutItem on table of APIKEY_USE#*',
      hashSecret,
      signingKeys,
    );
  });

  it('process-event: books on participants, counts on programs, hands out coupons, marks events, and ends what a ban ends', () => {
    expectPermissions(
      'ProcessEvent',
      'dynamodb:GetItem on table of HOOK#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:BatchGetItem on table of EVENT#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:PutItem on table of AUDIT#* HOOK#* PARTICIPANT#* POOL#* PROGRAM#*',
      'dynamodb:UpdateItem on table of AUDIT#* EVENT#* PARTICIPANT#* POOL#* PROGRAM#*',
      'dynamodb:UpdateItem on table of DEAD_LETTER#*',
      'dynamodb:ConditionCheckItem on table of AUDIT#* PARTICIPANT#*',
      'dynamodb:Query on table of PARTICIPANT#* POOL#*',
      "dynamodb:Query on table's lists of COUPONS#* REVIEWS#*",
      'sqs:DeleteMessage on rewards',
      'sqs:GetQueueAttributes on rewards',
      'sqs:ReceiveMessage on rewards',
      hookSecret,
    );
  });

  it('notify-hook: reads programs and notices, and writes why it gives up', () => {
    expectPermissions(
      'NotifyHook',
      'dynamodb:GetItem on table of PROGRAM#*',
      'dynamodb:UpdateItem on table of DEAD_LETTER#*',
      'sqs:DeleteMessage on notices',
      'sqs:GetQueueAttributes on notices',
      'sqs:ReceiveMessage on notices',
      hookSecret,
    );
  });

  it('count-clicks: reads the stream and who listens, notes tallies, updates totals, and announces clicks', () => {
    expectPermissions(
      'CountClicks',
      ...stream,
      'dynamodb:PutItem on table of CLICK_DAYS#* CODE#* PARTICIPANT#* PROGRAM#* TALLY#*',
      'dynamodb:Query on table of TALLY#* WEBHOOK_ENDPOINTS*',
      'dynamodb:UpdateItem on table of CLICK_DAYS#* CODE#* PARTICIPANT#* PROGRAM#* TALLY#*',
      'sqs:SendMessage on own failures',
      'sqs:SendMessage on webhooks',
    );
  });

  it('deliver-webhook: reads endpoints, writes how they answer and the log, sends on, and publishes clicks', () => {
    expectPermissions(
      'DeliverWebhook',
      'dynamodb:GetItem on table of DELIVERY#* WEBHOOK_ENDPOINTS*',
      'dynamodb:UpdateItem on table of DELIVERY#* WEBHOOK_ENDPOINTS*',
      'dynamodb:UpdateItem on table of DEAD_LETTER#*',
      'dynamodb:Query on table of DELIVERY#*',
      'sqs:DeleteMessage on webhooks',
      'sqs:GetQueueAttributes on webhooks',
      'sqs:ReceiveMessage on webhooks',
      'sqs:SendMessage on webhooks',
      'sqs:DeleteMessage on slow webhooks',
      'sqs:GetQueueAttributes on slow webhooks',
      'sqs:ReceiveMessage on slow webhooks',
      'sqs:SendMessage on slow webhooks',
      'events:PutEvents on bus',
      'secretsmanager:GetSecretValue on webhook key',
    );
  });

  it('relay-changes: reads the stream, programs and endpoints, counts, sends and publishes', () => {
    expectPermissions(
      'RelayChanges',
      ...stream,
      'dynamodb:GetItem on table of PROGRAM#* SEQUENCE#*',
      'dynamodb:PutItem on table of HOLD_END#* SEQUENCE#*',
      'dynamodb:Query on table of WEBHOOK_ENDPOINTS*',
      'sqs:SendMessage on webhooks',
      'events:PutEvents on bus',
      'sqs:SendMessage on notices',
      'sqs:SendMessage on notifications',
      'sqs:SendMessage on own failures',
      'sqs:SendMessage on rewards',
    );
  });

  it('notify-participant: reads whom to write to and what, and takes the right to send', () => {
    expectPermissions(
      'NotifyParticipant',
      'dynamodb:GetItem on table of PARTICIPANT#* PROGRAM#*',
      'dynamodb:Query on table of PROGRAM#*',
      'dynamodb:UpdateItem on table of NOTIFICATION#*',
      'dynamodb:UpdateItem on table of DEAD_LETTER#*',
      hashSecret,
      contactSecret,
      'sqs:DeleteMessage on notifications',
      'sqs:GetQueueAttributes on notifications',
      'sqs:ReceiveMessage on notifications',
    );
  });

  it('collect-dead-letters: empties every failure queue into the table, and is not traced', () => {
    const queues = resourcesOf('AWS::SQS::Queue').filter(({ id }) => /Failures|DeadLetters/.test(id));
    const lines = permissionsOf('CollectDeadLetters');
    const taking = lines.filter((line) => /ReceiveMessage|DeleteMessage/.test(line));
    expect(taking).toHaveLength(2);
    for (const line of taking) expect(line.match(/failures/g)).toHaveLength(queues.length);
    expect(lines.filter((line) => !taking.includes(line))).toEqual(
      [...logs, 'dynamodb:UpdateItem on table of DEAD_LETTER#*', 'sqs:SendMessage on own failures'].sort(),
    );
  });

  it('reconcile-balances: reads all, and writes nothing', () => {
    expectPermissions(
      'ReconcileBalances',
      'dynamodb:Scan on table',
      'dynamodb:GetItem on table of PARTICIPANT#*',
      "dynamodb:Query on table's lists of ACTIVITY#*",
      'sqs:SendMessage on own failures',
    );
  });

  it('rotate-signing-keys: the keys, and what was not noted of them', () => {
    expectPermissions(
      'RotateSigningKeys',
      'dynamodb:PutItem on table of AUDIT#*',
      signingKeys,
      'secretsmanager:PutSecretValue on signing keys',
      'sqs:SendMessage on own failures',
    );
  });

  it('tell-hold-ends: goes through its notes, and marks accounts', () => {
    expectPermissions(
      'TellHoldEnds',
      'dynamodb:GetItem on table of HOLD_END#*',
      'dynamodb:Query on table of HOLD_END#*',
      'dynamodb:UpdateItem on table of HOLD_END#* PARTICIPANT#*',
      'sqs:SendMessage on own failures',
    );
  });

  it('reconcile-payouts: finds payouts, settles them, and reads how to ask providers', () => {
    expectPermissions(
      'ReconcilePayouts',
      'dynamodb:GetItem on table of PARTICIPANT#*',
      'dynamodb:PutItem on table of PARTICIPANT#*',
      'dynamodb:UpdateItem on table of PARTICIPANT#*',
      'dynamodb:ConditionCheckItem on table of PARTICIPANT#*',
      "dynamodb:Query on table's lists of PAYOUTS#* PROGRAMS*",
      'secretsmanager:GetSecretValue on payment providers',
      'sqs:SendMessage on own failures',
    );
  });

  it('bootstrap: keys, programs and the secrets that it fills', () => {
    expectPermissions(
      'Bootstrap',
      'dynamodb:PutItem on table of APIKEY#* PROGRAM#*',
      'dynamodb:UpdateItem on table of PROGRAM#*',
      hashSecret,
      'secretsmanager:GetSecretValue on first key',
      'secretsmanager:PutSecretValue on first key',
      hookSecret,
      'secretsmanager:PutSecretValue on hook secret',
      signingKeys,
      'secretsmanager:PutSecretValue on signing keys',
    );
  });
});

describe('all roles', () => {
  it('allow a wildcard for nothing but X-Ray', () => {
    const wild = resourcesOf('AWS::IAM::Role')
      .flatMap(statementsOf)
      .filter(({ Action, Resource }) => JSON.stringify([Action, Resource]).includes('*'));
    const actions = wild.map(({ Action }) => Action);
    expect(new Set(actions.flat())).toEqual(new Set(['xray:PutTraceSegments', 'xray:PutTelemetryRecords']));
  });

  it('are whole in themselves: no managed policies, and none attached from elsewhere', () => {
    expect(resourcesOf('AWS::IAM::Policy')).toEqual([]);
    expect(resourcesOf('AWS::IAM::ManagedPolicy')).toEqual([]);
    for (const role of resourcesOf('AWS::IAM::Role')) {
      expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
    }
  });

  it('are one a function', () => {
    const roles = resourcesOf('AWS::Lambda::Function').map(({ Properties }) => Properties['Role']);
    expect(new Set(roles.map((role) => JSON.stringify(role))).size).toBe(functionNames.length);
  });
});
