import type { SecretSpec } from '../deployment.ts';
import type { ResolvedStack, Resource } from './resolve-stack.ts';

const DEFAULT_LENGTH = 32;

const readGeneration = ({ read }: Resource): SecretSpec['generate'] | undefined => {
  if (!read.has('GenerateSecretString')) return undefined;
  const given = read.nested('GenerateSecretString');
  const template = given.optionalText('SecretStringTemplate');
  const key = given.optionalText('GenerateStringKey');
  return {
    length: given.number('PasswordLength', DEFAULT_LENGTH),
    excludePunctuation: given.flag('ExcludePunctuation', false),
    excludeCharacters: given.optionalText('ExcludeCharacters') ?? '',
    ...(template === undefined ? {} : { template }),
    ...(key === undefined ? {} : { key }),
  };
};

const mapSecret = (resource: Resource): SecretSpec => {
  const { logicalId, name, arn, read } = resource;
  const generate = readGeneration(resource);
  const value = read.optionalText('SecretString');
  return {
    logicalId,
    name,
    arn,
    ...(generate === undefined ? {} : { generate }),
    ...(value === undefined ? {} : { value }),
  };
};

/** Secrets and how their first value is made. */
export const mapSecrets = (stack: ResolvedStack): readonly SecretSpec[] =>
  stack.ofType('AWS::SecretsManager::Secret').map(mapSecret);
