import { ArnFormat, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnResourcePolicy, LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Settings, StageName } from '../settings.ts';

/** `source` of every event that Plusone publishes. */
const eventSource = 'plusone';

/** Which deployment, and how long its events are shown. */
export interface DomainEventsProps {
  readonly stage: StageName;
  readonly settings: Pick<Settings, 'logRetention'>;
}

/** The bus that carries every domain event, and a log of them all for people to search. */
export class DomainEvents extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, props: DomainEventsProps) {
    super(scope, id);
    const name = `plusone-${props.stage}`;
    this.bus = new EventBus(this, 'Bus', { eventBusName: name });
    const log = new LogGroup(this, 'Log', {
      // EventBridge writes to log groups below this prefix only.
      logGroupName: `/aws/events/${name}`,
      retention: props.settings.logRetention,
      // A copy: what happened stands in the table.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const arn = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: log.logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const rule = new Rule(this, 'LogAll', {
      eventBus: this.bus,
      description: 'Writes every domain event to a log',
      eventPattern: { source: [eventSource] },
      targets: [{ bind: () => ({ id: 'Log', arn }) }],
    });
    Validations.of(rule).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'The log is for people to search. No event is lost with a line: it stands in the table.',
    });
    this.allowWriting(name, log, rule);
  }

  private allowWriting(name: string, log: LogGroup, rule: Rule): void {
    const document = new PolicyDocument({
      statements: [
        new PolicyStatement({
          effect: Effect.ALLOW,
          principals: [
            new ServicePrincipal('events.amazonaws.com'),
            new ServicePrincipal('delivery.logs.amazonaws.com'),
          ],
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [log.logGroupArn],
          conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
        }),
      ],
    });
    new CfnResourcePolicy(this, 'LogPolicy', {
      policyName: `${name}-events`,
      policyDocument: Stack.of(this).toJsonString(document.toJSON()),
    });
  }
}
