import { describe, expect, it } from 'vitest';
import { functionNames } from '../../infra/functions.ts';
import { permissionsOf, statementsOf } from './support/permissions.ts';
import { resourcesOf } from './support/synth.ts';

const logs = ['logs:CreateLogStream on own log', 'logs:PutLogEvents on own log'];
const always = [...logs, 'xray:PutTelemetryRecords on *', 'xray:PutTraceSegments on *'];
const hashSecret = 'secretsmanager:GetSecretValue on hash secret';
const hookSecret = 'secretsmanager:GetSecretValue on hook secret';
const stream = [
  "dynamodb:DescribeStream on table's stream",
  "dynamodb:GetRecords on table's stream",
  "dynamodb:GetShardIterator on table's stream",
  "dynamodb:ListStreams on table's stream",
];

function expectPermissions(name: string, ...lines: string[]): void {
  expect(permissionsOf(name)).toEqual([...always, ...lines].sort());
}

describe('what a function behind a route may do', () => {
  it('redirect: reads links and programs, writes clicks and what caps have used up, and is not traced', () => {
    expect(permissionsOf('Redirect')).toEqual([
      'dynamodb:GetItem on table of CODE#* PROGRAM#*',
      'dynamodb:PutItem on table of CLICK#*',
      'dynamodb:UpdateItem on table of LINK_USE#*',
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
    expectPermissions(
      'Programs',
      'dynamodb:GetItem on table of PROGRAM#*',
      'dynamodb:PutItem on table of AUDIT#* PROGRAM#*',
      'dynamodb:UpdateItem on table of AUDIT#* PROGRAM#*',
      'dynamodb:Query on table of PROGRAM#*',
      "dynamodb:Query on table's lists of PROGRAMS*",
    );
  });

  it('participants: participants with their first codes, and reads programs', () => {
    expectPermissions(
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
    expectPermissions(
      'Links',
      'dynamodb:GetItem on table of CODE#* LINK_USE#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:PutItem on table of AUDIT#* CODE#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:UpdateItem on table of AUDIT#* CODE#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:Query on table of CODE#*',
      "dynamodb:Query on table's lists of LINKS#*",
    );
  });

  it('clicks: writes clicks, and reads codes', () => {
    expectPermissions(
      'Clicks',
      'dynamodb:GetItem on table of CODE#*',
      'dynamodb:PutItem on table of CLICK#* CLICK_REPORT#* VISITOR#*',
      'dynamodb:Query on table of CLICK#*',
      hashSecret,
    );
  });

  it('analytics: reads programs, participants, codes and the clicks of days', () => {
    expectPermissions(
      'Analytics',
      'dynamodb:GetItem on table of CODE#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:Query on table of CLICK_DAYS#*',
    );
  });

  it('audit: reads its list', () => {
    expectPermissions('Audit', "dynamodb:Query on table's lists of AUDITS#*");
  });

  it('referrals: participants, first codes and the audit log, and reads all that attributes', () => {
    expectPermissions(
      'Referrals',
      'dynamodb:GetItem on table of CODE#* HOOK#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:PutItem on table of AUDIT#* CODE#* FINGERPRINT#* HOOK#* PARTICIPANT#*',
      'dynamodb:UpdateItem on table of AUDIT#* CODE#* FINGERPRINT#* PARTICIPANT#*',
      'dynamodb:ConditionCheckItem on table of AUDIT#* CODE#* FINGERPRINT#* PARTICIPANT#*',
      'dynamodb:BatchGetItem on table of FINGERPRINT#* PARTICIPANT#*',
      'dynamodb:Query on table of CLICK#* PARTICIPANT#* VISITOR#*',
      "dynamodb:Query on table's lists of PARTICIPANTS#*",
      hashSecret,
      hookSecret,
    );
  });

  it('events: accepts events, and books nothing', () => {
    expectPermissions(
      'Events',
      'dynamodb:GetItem on table of EVENT#* PROGRAM#*',
      'dynamodb:PutItem on table of EVENT#*',
      'dynamodb:Query on table of PARTICIPANT#*',
      'dynamodb:BatchGetItem on table of PARTICIPANT#* PROGRAM#*',
      hashSecret,
    );
  });

  it('rewards: changes what stands, books what a claim moves, and reads programs', () => {
    expectPermissions(
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
    expectPermissions(
      'Reviews',
      'dynamodb:GetItem on table of PARTICIPANT#* PROGRAM#*',
      'dynamodb:BatchGetItem on table of PARTICIPANT#* PROGRAM#*',
      'dynamodb:PutItem on table of AUDIT#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:UpdateItem on table of AUDIT#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:ConditionCheckItem on table of AUDIT#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:Query on table of PARTICIPANT#*',
      "dynamodb:Query on table's lists of PARTICIPANTS#* REVIEWS#*",
    );
  });

  it('coupons: pools and their numbers, which lie with the program', () => {
    expectPermissions(
      'Coupons',
      'dynamodb:GetItem on table of PROGRAM#*',
      'dynamodb:Query on table of POOL#* PROGRAM#*',
      'dynamodb:PutItem on table of AUDIT#* POOL#* PROGRAM#*',
      'dynamodb:UpdateItem on table of AUDIT#* POOL#* PROGRAM#*',
    );
  });

  it('payouts: participants, batches and their lists, and reads programs', () => {
    expectPermissions(
      'Payouts',
      'dynamodb:GetItem on table of PARTICIPANT#* PAYOUT_BATCH#* PROGRAM#*',
      'dynamodb:PutItem on table of AUDIT#* PARTICIPANT#* PAYOUT_BATCH#*',
      'dynamodb:UpdateItem on table of AUDIT#* PARTICIPANT#* PAYOUT_BATCH#*',
      'dynamodb:Query on table of PAYOUT_BATCH#*',
      "dynamodb:Query on table's lists of ACTIVITY#* PARTICIPANTS#* PAYOUTS#* PAYOUT_BATCHES#*",
      'secretsmanager:GetSecretValue on payment providers',
    );
  });
});

describe('what a function behind no route may do', () => {
  it('authorizer: reads API keys', () => {
    expectPermissions('Authorizer', 'dynamodb:GetItem on table of APIKEY#*', hashSecret);
  });

  it('process-event: books on participants, counts on programs, hands out coupons, and marks events', () => {
    expectPermissions(
      'ProcessEvent',
      'dynamodb:GetItem on table of HOOK#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:BatchGetItem on table of EVENT#* PARTICIPANT#* PROGRAM#*',
      'dynamodb:PutItem on table of HOOK#* PARTICIPANT#* POOL#* PROGRAM#*',
      'dynamodb:UpdateItem on table of EVENT#* PARTICIPANT#* POOL#* PROGRAM#*',
      'dynamodb:ConditionCheckItem on table of PARTICIPANT#*',
      'dynamodb:Query on table of PARTICIPANT#* POOL#*',
      "dynamodb:Query on table's lists of COUPONS#*",
      'sqs:DeleteMessage on rewards',
      'sqs:GetQueueAttributes on rewards',
      'sqs:ReceiveMessage on rewards',
      hookSecret,
    );
  });

  it('notify-hook: reads programs and notices, and writes nothing', () => {
    expectPermissions(
      'NotifyHook',
      'dynamodb:GetItem on table of PROGRAM#*',
      'sqs:DeleteMessage on notices',
      'sqs:GetQueueAttributes on notices',
      'sqs:ReceiveMessage on notices',
      hookSecret,
    );
  });

  it('count-clicks: reads the stream, notes tallies, and updates totals', () => {
    expectPermissions(
      'CountClicks',
      ...stream,
      'dynamodb:PutItem on table of CLICK_DAYS#* CODE#* PARTICIPANT#* PROGRAM#* TALLY#*',
      'dynamodb:Query on table of TALLY#*',
      'dynamodb:UpdateItem on table of CLICK_DAYS#* CODE#* PARTICIPANT#* PROGRAM#* TALLY#*',
      'sqs:SendMessage on own failures',
    );
  });

  it('relay-changes: reads the stream and programs, sends and publishes, and writes nothing', () => {
    expectPermissions(
      'RelayChanges',
      ...stream,
      'dynamodb:GetItem on table of PROGRAM#*',
      'events:PutEvents on bus',
      'sqs:SendMessage on notices',
      'sqs:SendMessage on own failures',
      'sqs:SendMessage on rewards',
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

  it('reconcile-payouts: finds payouts, settles them, and reads how to ask providers', () => {
    expectPermissions(
      'ReconcilePayouts',
      'dynamodb:GetItem on table of PARTICIPANT#*',
      'dynamodb:PutItem on table of PARTICIPANT#*',
      'dynamodb:UpdateItem on table of PARTICIPANT#*',
      "dynamodb:Query on table's lists of PAYOUTS#* PROGRAMS*",
      'secretsmanager:GetSecretValue on payment providers',
      'sqs:SendMessage on own failures',
    );
  });

  it('bootstrap: keys, programs and the secret of the first key', () => {
    expectPermissions(
      'Bootstrap',
      'dynamodb:PutItem on table of APIKEY#* PROGRAM#*',
      'dynamodb:UpdateItem on table of PROGRAM#*',
      hashSecret,
      'secretsmanager:GetSecretValue on first key',
      'secretsmanager:PutSecretValue on first key',
      hookSecret,
      'secretsmanager:PutSecretValue on hook secret',
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
