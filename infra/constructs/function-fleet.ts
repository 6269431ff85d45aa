import { Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Bundle } from '../bundle.ts';
import type { EnvironmentName, FunctionSpec, Trigger } from '../function-spec.ts';
import { type FunctionName, functionNames, functions } from '../functions.ts';
import type { Settings, StageName } from '../settings.ts';
import { describeFailureQueues, describeRedrives, type FailureSource } from './failure-sources.ts';
import { type Grantable, grantStatements } from './grants.ts';
import { pascalCase } from './pascal-case.ts';
import { PlusoneFunction } from './plusone-function.ts';
import { FailureQueue, type QueueWithDeadLetters } from './queues.ts';
import { triesOfStream } from './stream-consumer.ts';

/** What the functions are made of, and what they may use. */
export interface FunctionFleetProps {
  readonly stage: StageName;
  readonly settings: Pick<Settings, 'logRetention'>;
  readonly bundle: Bundle;
  /** Values for the variables that the manifest names; those without one are left out. */
  readonly environment: Readonly<Record<Exclude<EnvironmentName, FailureVariable>, string | undefined>>;
  readonly resources: Omit<Grantable, 'failures' | 'functionArnOf'>;
  /** Every queue that functions work on, by the name that dead letters have of it. */
  readonly queues: Readonly<Record<string, QueueWithDeadLetters>>;
}

/** Variables whose values the fleet makes itself. */
type FailureVariable = 'FAILURE_QUEUES' | 'REDRIVES';

/** Once called by its schedule, and twice more by Lambda. */
const triesOfSchedule = 3;

/** Every function of the manifest. */
export class FunctionFleet extends Construct {
  /** Wherever something can be given up: behind every queue, and every function that nobody waits for. */
  readonly failureSources: readonly FailureSource[];
  private readonly all = new Map<string, PlusoneFunction>();
  private readonly failures = new Map<FunctionName, IQueue>();

  constructor(scope: Construct, id: string, props: FunctionFleetProps) {
    super(scope, id);
    const unattended = functionNames.filter((name) => isUnattended(functions[name].trigger));
    const queues = new Construct(this, 'Failures');
    for (const name of unattended) this.failures.set(name, new FailureQueue(queues, pascalCase(name)).queue);
    this.failureSources = [
      ...Object.entries(props.queues).map(([name, queue]) => ofQueue(name, queue)),
      ...unattended.map((name) => this.ofFunction(name)),
    ];
    // Who has others called again is told of them, so that it comes last.
    const last = (name: FunctionName): number => (functions[name].redrivesFailures ? 1 : 0);
    for (const name of [...functionNames].sort((a, b) => last(a) - last(b)))
      this.all.set(name, this.create(name, props));
  }

  /** A function by its name in the manifest. */
  get(name: FunctionName): IFunction {
    const found = this.all.get(name);
    if (found === undefined) throw new Error(`${name} is not made yet`);
    return found.handler;
  }

  /** Where a function's failures go. */
  failuresOf(name: FunctionName) {
    const failures = this.failures.get(name);
    if (failures === undefined) throw new Error(`${name} has no failure queue: its trigger needs none`);
    return failures;
  }

  private create(name: FunctionName, props: FunctionFleetProps): PlusoneFunction {
    const spec = functions[name];
    const environment = { ...props.environment, ...this.failureVariables(spec, props) };
    const named = spec.environment
      .map((variable) => [variable, environment[variable]] as const)
      .filter(([, value]) => value !== undefined);
    const failures = this.failures.get(name);
    return new PlusoneFunction(this, pascalCase(name), {
      spec,
      codeDir: props.bundle[name].codeDir,
      environment: { STAGE: props.stage, ...Object.fromEntries(named) },
      statements: grantStatements(spec, {
        ...props.resources,
        failures: this.failureSources,
        functionArnOf: (other) => this.get(other).functionArn,
      }),
      settings: props.settings,
      ...(failures ? { failures } : {}),
    });
  }

  private failureVariables(
    spec: FunctionSpec,
    { resources }: FunctionFleetProps,
  ): Record<FailureVariable, string | undefined> {
    const { failureSources } = this;
    const json = (value: unknown): string => Stack.of(this).toJsonString(value);
    const handlerOf = (name: FunctionName): IFunction => this.get(name);
    return {
      FAILURE_QUEUES: spec.collectsFailures && json(describeFailureQueues(failureSources)),
      REDRIVES:
        spec.redrivesFailures && json(describeRedrives(failureSources, handlerOf, resources.streamArn)),
    };
  }

  private ofFunction(name: FunctionName): FailureSource {
    const failures = this.failuresOf(name);
    return functions[name].trigger === 'tableStream'
      ? { name, failures, tries: triesOfStream, again: { reader: name } }
      : { name, failures, tries: triesOfSchedule, again: { runs: name } };
  }
}

/** Whether nobody waits for what such a function does, nor brings it again for ever. */
function isUnattended(trigger: Trigger): boolean {
  return trigger === 'tableStream' || trigger === 'schedule';
}

function ofQueue(name: string, { deadLetters, deliveries, queue }: QueueWithDeadLetters): FailureSource {
  return { name, failures: deadLetters, tries: deliveries, again: { queue } };
}
