import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Bundle } from '../bundle.ts';
import type { EnvironmentName } from '../function-spec.ts';
import { type FunctionName, functionNames, functions } from '../functions.ts';
import type { Settings, StageName } from '../settings.ts';
import { type Grantable, grantStatements } from './grants.ts';
import { pascalCase } from './pascal-case.ts';
import { PlusoneFunction } from './plusone-function.ts';

/** What the functions are made of, and what they may use. */
export interface FunctionFleetProps {
  readonly stage: StageName;
  readonly settings: Pick<Settings, 'logRetention'>;
  readonly bundle: Bundle;
  /** Values for the variables that the manifest names; those without one are left out. */
  readonly environment: Readonly<Record<EnvironmentName, string | undefined>>;
  readonly resources: Grantable;
}

/** Every function of the manifest. */
export class FunctionFleet extends Construct {
  private readonly all: Readonly<Record<FunctionName, PlusoneFunction>>;

  constructor(scope: Construct, id: string, props: FunctionFleetProps) {
    super(scope, id);
    this.all = Object.fromEntries(functionNames.map((name) => [name, this.create(name, props)])) as Record<
      FunctionName,
      PlusoneFunction
    >;
  }

  /** A function by its name in the manifest. */
  get(name: FunctionName): IFunction {
    return this.all[name].handler;
  }

  /** Where a function's failures go. */
  failuresOf(name: FunctionName) {
    const { failures } = this.all[name];
    if (failures === undefined) throw new Error(`${name} has no failure queue: its trigger needs none`);
    return failures;
  }

  private create(name: FunctionName, props: FunctionFleetProps): PlusoneFunction {
    const spec = functions[name];
    const named = spec.environment
      .map((variable) => [variable, props.environment[variable]] as const)
      .filter(([, value]) => value !== undefined);
    return new PlusoneFunction(this, pascalCase(name), {
      spec,
      codeDir: props.bundle[name].codeDir,
      environment: { STAGE: props.stage, ...Object.fromEntries(named) },
      statements: grantStatements(spec, props.resources),
      settings: props.settings,
    });
  }
}
