import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { type Settings, settingsOf } from '../../infra/settings.ts';
import { PlusoneStack } from '../../infra/stacks/plusone-stack.ts';
import { newFolder, sharedBundle } from './support/synth.ts';

const arnOf = (name: string) => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;

function templateWith(
  settings: Partial<Settings>,
  names: { validation?: string; calculation?: string; notification?: string },
): Template {
  const app = new App({ outdir: newFolder() });
  const owner = new Stack(app, 'Owner');
  const hooks = Object.fromEntries(
    Object.entries(names).map(([kind, name]) => [
      kind,
      LambdaFunction.fromFunctionArn(owner, kind, arnOf(name)),
    ]),
  );
  return Template.fromStack(
    new PlusoneStack(app, 'Plusone-dev', {
      stage: 'dev',
      settings: { ...settingsOf('dev'), ...settings },
      bundle: sharedBundle(),
      hooks,
    }),
  );
}

interface Asking {
  readonly variables: object;
  readonly mayCall: readonly unknown[];
}

/** By the function's construct: what it is told of default hooks, and which functions it may call, own or others'. */
function askingOf(template: Template): readonly (readonly [string, Asking])[] {
  const roles = template.findResources('AWS::IAM::Role');
  return Object.entries(template.findResources('AWS::Lambda::Function')).map(([id, resource]) => {
    const { Environment, Role } = resource['Properties'];
    const statements = roles[Role['Fn::GetAtt'][0]]?.['Properties'].Policies[0].PolicyDocument.Statement as {
      Action: string;
      Resource: unknown;
    }[];
    const mayCall = statements
      .filter(({ Action }) => Action === 'lambda:InvokeFunction')
      .flatMap(({ Resource }) => Resource);
    const variables = Object.fromEntries(
      Object.entries(Environment.Variables).filter(([name]) => /_HOOK_ARN$/.test(name)),
    );
    return [id.replace(/^Functions|Function\w{8}$/g, ''), { variables, mayCall }] as const;
  });
}

/** Whether what may be called is a function of the stack itself: what has dead letters done again calls those. */
function isOwnOf(template: Template): (called: unknown) => boolean {
  const own = Object.keys(template.findResources('AWS::Lambda::Function')).map((id) =>
    JSON.stringify({ 'Fn::GetAtt': [id, 'Arn'] }),
  );
  return (called) => own.includes(JSON.stringify(called));
}

/** Who is told of hooks, or may call functions that are not of the stack. */
function callersOf(template: Template): Record<string, Asking> {
  const isOwn = isOwnOf(template);
  const found = askingOf(template).map(([name, { variables, mayCall }]) => {
    return [name, { variables, mayCall: mayCall.filter((called) => !isOwn(called)) }] as const;
  });
  return Object.fromEntries(
    found.filter(([, { mayCall, variables }]) => mayCall.length + Object.keys(variables).length > 0),
  );
}

describe('own logic', () => {
  it('is nowhere unless it is given', () => {
    const template = templateWith({}, {});
    expect(callersOf(template)).toEqual({});
    const callOwn = askingOf(template).filter(([, { mayCall }]) => mayCall.some(isOwnOf(template)));
    expect(callOwn.map(([name]) => name)).toEqual(['Operations']);
  });

  it('given to the stack is told to the one function that asks it, which may call it', () => {
    expect(callersOf(templateWith({}, { validation: 'validate', calculation: 'calculate' }))).toEqual({
      Referrals: { variables: { VALIDATION_HOOK_ARN: arnOf('validate') }, mayCall: [arnOf('validate')] },
      ProcessEvent: {
        variables: { CALCULATION_HOOK_ARN: arnOf('calculate') },
        mayCall: [arnOf('calculate')],
      },
    });
  });

  it('that programs may name can be called by those who ask, and is nobody’s default', () => {
    const hookFunctionArns = [arnOf('one'), `${arnOf('two')}:live`];
    expect(callersOf(templateWith({ hookFunctionArns }, { validation: 'validate' }))).toEqual({
      Referrals: {
        variables: { VALIDATION_HOOK_ARN: arnOf('validate') },
        mayCall: [arnOf('validate'), ...hookFunctionArns],
      },
      ProcessEvent: { variables: {}, mayCall: hookFunctionArns },
      NotifyHook: { variables: {}, mayCall: hookFunctionArns },
    });
  });

  it('that is to be notified is told to who looks whether anybody is, and called by another', () => {
    const variables = { NOTIFICATION_HOOK_ARN: arnOf('notify') };
    expect(callersOf(templateWith({}, { notification: 'notify' }))).toEqual({
      RelayChanges: { variables, mayCall: [] },
      NotifyHook: { variables, mayCall: [arnOf('notify')] },
    });
  });

  it('has a secret to sign with, of which the stack says the ARN', () => {
    const template = templateWith({}, {});
    const [secret] = Object.keys(template.findResources('AWS::SecretsManager::Secret')).filter((id) =>
      id.startsWith('SecretsHooks'),
    );
    template.hasOutput('HookSecretArn', { Value: { Ref: secret } });
  });
});
