import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { bundleFunctions } from './bundle.ts';
import { readStage, settingsOf } from './settings.ts';
import { PlusoneStack } from './stacks/plusone-stack.ts';

/** Here and not in `cdk.json`, so that running `infra/app.ts` directly makes the very same template. */
const featureFlags = {
  '@aws-cdk/aws-apigateway:logGroupDestinationArnWithoutWildcard': true,
  '@aws-cdk/core:annotationsInValidationReport': true,
  '@aws-cdk/core:checkSecretUsage': true,
  // CloudFormation's own rules fail the synthesis instead of warning.
  '@aws-cdk/core:validateAgainstDefaultRules': true,
};

/** Where an app finds the handlers and puts what it makes. */
export interface CreateAppProps {
  /** Folder that the entries of the manifest are relative to. Context `entryRoot` goes before it. */
  readonly entryRoot: string;
  /** Folder for the bundles. */
  readonly distDir: string;
  /**
   * Folder for the cloud assembly.
   * @default - `cdk.out`, or where the CDK CLI says
   */
  readonly outdir?: string;
  /**
   * The stage, such as `prod`.
   * @default - context `stage`, else `dev`
   */
  readonly stage?: string;
  /**
   * Checks by rule packs, which take a second or two.
   * @default true
   */
  readonly checks?: boolean;
}

/** Bundles the functions and declares the one stack of a stage. */
export function createApp(props: CreateAppProps): App {
  const app = new App({
    analyticsReporting: false,
    context: featureFlags,
    ...(props.outdir === undefined ? {} : { outdir: props.outdir }),
  });
  const stage = readStage(props.stage ?? app.node.tryGetContext('stage'));
  const entryRoot: string = app.node.tryGetContext('entryRoot') ?? props.entryRoot;
  const bundle = bundleFunctions({ entryRoot, distDir: props.distDir });
  const settings = settingsOf(stage);
  new PlusoneStack(app, `Plusone-${stage}`, {
    stage,
    settings,
    bundle,
    description: `Plusone, referral and affiliate programs (${stage})`,
    terminationProtection: settings.deletionProtection,
  });
  if (props.checks ?? true) {
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  }
  return app;
}
