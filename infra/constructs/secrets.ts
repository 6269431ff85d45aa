import { Validations } from 'aws-cdk-lib';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { SecretName } from '../function-spec.ts';
import type { Settings, StageName } from '../settings.ts';

/** Which deployment the secrets are of. */
export interface SecretsProps {
  readonly stage: StageName;
  readonly settings: Pick<Settings, 'removalPolicy'>;
}

/** The secrets of a deployment, by ARN. */
export class Secrets extends Construct {
  readonly arns: Readonly<Record<SecretName, string>>;

  constructor(scope: Construct, id: string, props: SecretsProps) {
    super(scope, id);
    const hash = new Secret(this, 'Hash', {
      description: `Plusone ${props.stage}: hashes API keys and what is known of visitors`,
      // Without it the hashes of a table that is kept would mean nothing.
      removalPolicy: props.settings.removalPolicy,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    Validations.of(hash).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Another key would make every stored hash, of API keys and of visitors, match nothing.',
    });
    // The plain resource: the richer one would fill it with a password that is nobody's key.
    const firstKey = new CfnSecret(this, 'FirstApiKey', {
      description: `Plusone ${props.stage}: the first API key, put here by the deployment`,
    });
    Validations.of(firstKey).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'It is handed over once; keys are changed by making another and revoking this one.',
    });
    const hooks = new CfnSecret(this, 'Hooks', {
      description: `Plusone ${props.stage}: signs requests to own logic (whsec_), put here by the deployment`,
    });
    Validations.of(hooks).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Receivers hold it as well, and only they know when they can take another: docs/own-logic.md.',
    });
    const payoutProviders = new CfnSecret(this, 'PayoutProviders', {
      description: `Plusone ${props.stage}: settings of payment providers, put here by you (docs/payouts.md)`,
    });
    Validations.of(payoutProviders).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The keys in it are of others: they are changed at the provider first, and then put here.',
    });
    const signing = new CfnSecret(this, 'Signing', {
      description: `Plusone ${props.stage}: the keys that sign tokens, put here by the deployment`,
    });
    Validations.of(signing).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Its own function rotates it, in the order in which readers of the public keys can follow: docs/tokens.md.',
    });
    const webhooks = new Secret(this, 'Webhooks', {
      description: `Plusone ${props.stage}: encrypts the signing secrets of webhook endpoints`,
      // Without it the secrets in a table that is kept could not be read.
      removalPolicy: props.settings.removalPolicy,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    Validations.of(webhooks).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Another key would read none of the secrets: those are changed one by one, by the API.',
    });
    const contacts = new Secret(this, 'Contacts', {
      description: `Plusone ${props.stage}: encrypts the e-mail addresses of participants`,
      // Without it the addresses in a table that is kept could not be read.
      removalPolicy: props.settings.removalPolicy,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    Validations.of(contacts).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Another key would read none of the addresses: docs/notifications.md says how to change it.',
    });
    this.arns = {
      hash: hash.secretArn,
      firstKey: firstKey.ref,
      hooks: hooks.ref,
      payoutProviders: payoutProviders.ref,
      signing: signing.ref,
      webhooks: webhooks.secretArn,
      contacts: contacts.secretArn,
    };
  }
}
