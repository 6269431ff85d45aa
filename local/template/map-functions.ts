import type { FunctionSpec } from '../deployment.ts';
import type { ResolvedStack, Resource } from './resolve-stack.ts';

const findCode = (stack: ResolvedStack, resource: Resource): string | undefined => {
  const code = resource.read.nested('Code');
  if (resource.read.optionalText('PackageType') === 'Image')
    stack.refuse(resource, 'container images are not run');
  else if (code.has('ZipFile')) stack.refuse(resource, 'inline code is not run: make it an asset');
  else {
    const codeDir = stack.assetDir(code.optionalText('S3Key') ?? '');
    if (codeDir === undefined) stack.refuse(resource, 'its code is no folder of cdk.out');
    return codeDir;
  }
  return undefined;
};

const mapFunction = (stack: ResolvedStack, resource: Resource): readonly FunctionSpec[] => {
  const codeDir = findCode(stack, resource);
  if (codeDir === undefined) return [];
  const { logicalId, name, arn, read } = resource;
  const variables = read.nested('Environment').nested('Variables');
  const deadLetterArn = read.nested('DeadLetterConfig').optionalText('TargetArn');
  const reserved = read.optionalNumber('ReservedConcurrentExecutions');
  return [
    {
      logicalId,
      name,
      arn,
      codeDir,
      handler: read.text('Handler'),
      runtime: read.text('Runtime'),
      memoryMb: read.number('MemorySize', 128),
      timeoutMs: read.number('Timeout', 3) * 1000,
      environment: Object.fromEntries(Object.keys(variables.all).map((key) => [key, variables.text(key)])),
      roleArn: read.text('Role'),
      ...(reserved === undefined ? {} : { reservedConcurrency: reserved }),
      ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
    },
  ];
};

/** Functions whose code is a folder of the assembly. */
export const mapFunctions = (stack: ResolvedStack): readonly FunctionSpec[] =>
  stack.ofType('AWS::Lambda::Function').flatMap((resource) => mapFunction(stack, resource));

/** The ARN of the function behind a name, an ARN with or without qualifier, or API Gateway's invocation URI. */
export const functionArnOf = (reference: string, { place: { region, accountId } }: ResolvedStack): string => {
  const arn = /arn:[^:]+:lambda:[^:]*:[^:]*:function:[^:/]+/.exec(reference)?.[0];
  return arn ?? `arn:aws:lambda:${region}:${accountId}:function:${reference}`;
};
