import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { layout, type Partition, partitions } from '../../shared/table/layout.ts';
import type { FunctionSpec, HookName, SecretName, TableAction, TableGrant } from '../function-spec.ts';
import type { FunctionName } from '../functions.ts';
import type { FailureSource } from './failure-sources.ts';

/** The resources that functions may be let to. */
export interface Grantable {
  readonly table: TableV2;
  readonly streamArn: string;
  readonly secretArns: Readonly<Record<SecretName, string>>;
  readonly rewardQueue: IQueue;
  readonly noticeQueue: IQueue;
  readonly webhookQueue: IQueue;
  readonly slowWebhookQueue: IQueue;
  readonly notificationQueue: IQueue;
  /** The identity of SES as which mail is sent. @default - none is */
  readonly mailIdentityArn?: string | undefined;
  readonly bus: EventBus;
  /** Wherever something can be given up. */
  readonly failures: readonly FailureSource[];
  /** The ARN of a function of the deployment. */
  readonly functionArnOf: (name: FunctionName) => string;
  /** Functions that may be called as own logic. */
  readonly hookArns: Readonly<Record<HookName, readonly string[]>>;
}

/** The IAM statements that say what a function's entry in the manifest says. */
export function grantStatements(spec: FunctionSpec, on: Grantable): PolicyStatement[] {
  const statements = [
    ...itemStatements(spec.table, false, on.table.tableArn),
    ...itemStatements(spec.apart ?? [], false, on.table.tableArn),
    ...itemStatements(spec.table, true, `${on.table.tableArn}/index/${layout.listIndex.name}`),
    ...(spec.secrets ?? []).map(({ secret, actions }) =>
      allow(prefixed('secretsmanager', actions), on.secretArns[secret]),
    ),
  ];
  if (spec.trigger === 'rewardQueue') statements.push(consumeStatement(on.rewardQueue));
  if (spec.trigger === 'noticeQueue') statements.push(consumeStatement(on.noticeQueue));
  if (spec.trigger === 'webhookQueue') {
    statements.push(consumeStatement(on.webhookQueue), consumeStatement(on.slowWebhookQueue));
  }
  if (spec.trigger === 'tableStream') statements.push(readStreamStatement(on.streamArn));
  if (spec.scansTable) statements.push(allow(['dynamodb:Scan'], on.table.tableArn));
  if (spec.sendsRewards) statements.push(sendStatement(on.rewardQueue));
  if (spec.sendsNotices) statements.push(sendStatement(on.noticeQueue));
  if (spec.trigger === 'notificationQueue') statements.push(consumeStatement(on.notificationQueue));
  if (spec.sendsNotifications) statements.push(sendStatement(on.notificationQueue));
  if (spec.sendsMail && on.mailIdentityArn) statements.push(allow(['ses:SendEmail'], on.mailIdentityArn));
  if (spec.sendsWebhooks) statements.push(sendStatement(on.webhookQueue));
  if (spec.sendsSlowWebhooks) statements.push(sendStatement(on.slowWebhookQueue));
  const hookArns = spec.asksHook === undefined ? [] : on.hookArns[spec.asksHook];
  if (hookArns.length > 0) statements.push(invokeStatement(hookArns));
  if (spec.collectsFailures) {
    statements.push(drainStatement(on.failures.map(({ failures }) => failures)));
  }
  if (spec.redrivesFailures) statements.push(...redriveStatements(on));
  if (spec.publishesEvents) statements.push(allow(['events:PutEvents'], on.bus.eventBusArn));
  return statements;
}

/** Leave to put messages on a queue. */
export function sendStatement(queue: IQueue): PolicyStatement {
  return allow(['sqs:SendMessage'], queue.queueArn);
}

/** What it takes to bring failures into the table. */
function drainStatement(queues: readonly IQueue[]): PolicyStatement {
  return new PolicyStatement({
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'],
    resources: queues.map(({ queueArn }) => queueArn),
  });
}

/** What it takes to have done again what was given up: to send, to read the stream, and to call. */
function redriveStatements({ failures, functionArnOf, streamArn }: Grantable): PolicyStatement[] {
  const queues = failures.flatMap(({ again }) => ('queue' in again ? [again.queue.queueArn] : []));
  const callers = failures.flatMap(({ again }) => {
    if ('queue' in again) return [];
    return [functionArnOf('runs' in again ? again.runs : again.reader)];
  });
  return [
    new PolicyStatement({ actions: ['sqs:SendMessage'], resources: queues }),
    invokeStatement(callers),
    allow(prefixed('dynamodb', ['GetRecords', 'GetShardIterator']), streamArn),
  ];
}

function invokeStatement(functionArns: readonly string[]): PolicyStatement {
  return new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [...functionArns] });
}

/** What Lambda needs, as the function, to read a queue for it. */
function consumeStatement(queue: IQueue): PolicyStatement {
  return allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], queue.queueArn);
}

/** What Lambda needs, as the function, to read a table's stream for it. */
function readStreamStatement(streamArn: string): PolicyStatement {
  const actions = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'];
  return allow(prefixed('dynamodb', actions), streamArn);
}

/**
 * One statement for all actions that are allowed on the same partitions. Whatever the manifest says of an
 * action is gathered first: a transaction that puts a code and a participant is one statement's business.
 */
function itemStatements(
  grants: readonly TableGrant[],
  ofIndex: boolean,
  resource: string,
): PolicyStatement[] {
  const byAction = new Map<TableAction, Set<Partition>>();
  for (const grant of grants) {
    const named = grant.partitions.filter((partition) => partition.endsWith('List') === ofIndex);
    if (named.length === 0) continue;
    for (const action of grant.actions) {
      byAction.set(action, new Set([...(byAction.get(action) ?? []), ...named]));
    }
  }
  const statements = new Map<string, { patterns: string[]; actions: TableAction[] }>();
  for (const [action, named] of byAction) {
    const patterns = [...named].map((partition) => `${partitions[partition]}*`).sort();
    const same = statements.get(patterns.join()) ?? { patterns, actions: [] };
    same.actions.push(action);
    statements.set(patterns.join(), same);
  }
  return [...statements.values()].map(({ patterns, actions }) =>
    allow(prefixed('dynamodb', actions), resource, onlyKeys(patterns)),
  );
}

/** `ForAllValues` alone is also true of a request without any key: `Null` refuses those. */
function onlyKeys(patterns: string[]) {
  return {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  };
}

function prefixed(service: string, actions: readonly string[]): string[] {
  return actions.map((action) => `${service}:${action}`);
}

function allow(actions: string[], resource: string, conditions?: Record<string, Record<string, unknown>>) {
  return new PolicyStatement({ actions, resources: [resource], ...(conditions ? { conditions } : {}) });
}
