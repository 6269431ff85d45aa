import type { CustomResourceSpec } from '../deployment.ts';
import type { ResolvedStack } from './resolve-stack.ts';
import { isCustom } from './resource-types.ts';

const PROVIDER_FRAMEWORK = 'framework.onEvent';

/** Custom resources that a function of the same stack answers for. */
export const mapCustomResources = (stack: ResolvedStack): readonly CustomResourceSpec[] =>
  stack.resources.flatMap((resource) => {
    if (!isCustom(resource.type)) return [];
    const functionArn = resource.read.text('ServiceToken');
    const provider = stack.ofType('AWS::Lambda::Function').find(({ arn }) => arn === functionArn);
    if (provider?.read.text('Handler') === PROVIDER_FRAMEWORK) {
      stack.refuse(resource, "the CDK's provider framework is not run: let the function answer itself");
      return [];
    }
    if (provider === undefined) {
      stack.refuse(resource, 'its function is not in this stack');
      return [];
    }
    const { logicalId, type, read } = resource;
    return [{ logicalId, type, functionArn, properties: read.all }];
  });
