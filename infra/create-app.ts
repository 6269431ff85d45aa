import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { Bundle } from './bundle.ts';
import { readStage, type Settings, type StageName, settingsOf } from './settings.ts';
import { PlusoneStack } from './stacks/plusone-stack.ts';

/** Here and not in `cdk.json`, so that running `infra/app.ts` directly makes the very same template. */
const featureFlags = {
  '@aws-cdk/aws-apigateway:logGroupDestinationArnWithoutWildcard': true,
  '@aws-cdk/core:annotationsInValidationReport': true,
  '@aws-cdk/core:checkSecretUsage': true,
  // CloudFormation's own rules fail the synthesis instead of warning.
  '@aws-cdk/core:validateAgainstDefaultRules': true,
};

/** What an app is made of. */
export interface CreateAppProps {
  readonly bundle: Bundle;
  /**
   * Folder for the cloud assembly.
   * @default - `cdk.out`, or where the CDK CLI says
   */
  readonly outdir?: string;
  /**
   * The stage, such as `prod`.
   * @default - context `stage`, else `dev`
   */
  readonly stage?: StageName;
  /**
   * Checks by rule packs, which take a second or two.
   * @default - context `checks`, else true
   */
  readonly checks?: boolean;
}

/** What is set from outside, as the local stack does: the rest is in `settings.ts`. */
function settingsOfContext({ node }: App): Partial<Settings> {
  const notificationSender: string | undefined = node.tryGetContext('notificationSender');
  const corsOrigins: string | undefined = node.tryGetContext('corsOrigins');
  return {
    ...(notificationSender && { notificationSender }),
    ...(corsOrigins && { corsOrigins: corsOrigins.split(',') }),
  };
}

/** Declares the one stack of a stage. */
export function createApp(props: CreateAppProps): App {
  const app = new App({
    analyticsReporting: false,
    context: featureFlags,
    ...(props.outdir === undefined ? {} : { outdir: props.outdir }),
  });
  const stage = props.stage ?? readStage(app.node.tryGetContext('stage'));
  const settings = { ...settingsOf(stage), ...settingsOfContext(app) };
  new PlusoneStack(app, `Plusone-${stage}`, {
    stage,
    settings,
    bundle: props.bundle,
    description: `Plusone, referral and affiliate programs (${stage})`,
    terminationProtection: settings.deletionProtection,
  });
  if (props.checks ?? app.node.tryGetContext('checks') !== 'false') {
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  }
  return app;
}
