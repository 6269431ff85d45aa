import type { Deployment } from '../deployment.ts';
import { findUncoveredProperties } from './find-uncovered-properties.ts';
import { mapBuses, mapBusRules } from './map-buses.ts';
import { mapCustomResources } from './map-custom-resources.ts';
import { mapEventSources } from './map-event-sources.ts';
import { mapFunctions } from './map-functions.ts';
import { mapHttpApis } from './map-http-apis.ts';
import { mapQueues } from './map-queues.ts';
import { mapRoles } from './map-roles.ts';
import { mapSchedules } from './map-schedules.ts';
import { mapSecrets } from './map-secrets.ts';
import { mapTables } from './map-tables.ts';
import { readCloudAssembly } from './read-cloud-assembly.ts';
import { type ResolvedStack, resolveStack } from './resolve-stack.ts';
import { coverageOf, isMapped, isPassive } from './resource-types.ts';

/** What to read and the place that it shall believe to be in. */
export interface ReadDeploymentOptions {
  readonly cdkOutDir: string;
  /** Needed if `cdk.out` holds several stacks. */
  readonly stackName?: string;
  /** Local URL of the stack's HTTP API, without a slash at its end; a function if there are several, by logical id. */
  readonly apiUrl: string | ((logicalId: string) => string);
  readonly accountId?: string;
  readonly region?: string;
  readonly queueUrl: (name: string) => string;
}

const refuseUncovered = (stack: ResolvedStack): void => {
  for (const resource of stack.resources) {
    if (!isMapped(resource.type) && !isPassive(resource.type))
      stack.refuse(resource, 'this type is not run here');
    const coverage = coverageOf(resource.type);
    const uncovered = coverage === undefined ? [] : findUncoveredProperties(resource.read.all, coverage);
    for (const path of uncovered) stack.refuse(resource, `${path} is not run here`);
  }
};

/**
 * Reads what a synthesized app would deploy.
 *
 * @throws UnresolvedIntrinsic if the template uses a value that nothing here can know
 */
export const readDeployment = (options: ReadDeploymentOptions): Deployment => {
  const {
    cdkOutDir,
    stackName,
    apiUrl,
    queueUrl,
    accountId = '000000000000',
    region = 'us-east-1',
  } = options;
  const synthesized = readCloudAssembly(cdkOutDir, stackName);
  const place = {
    stackName: synthesized.stackName,
    region,
    accountId,
    queueUrl,
    apiUrl: typeof apiUrl === 'string' ? () => apiUrl : apiUrl,
  };
  const stack = resolveStack(synthesized, place);
  refuseUncovered(stack);
  return {
    stackName: synthesized.stackName,
    region,
    accountId,
    roles: mapRoles(stack),
    tables: mapTables(stack),
    queues: mapQueues(stack),
    functions: mapFunctions(stack),
    mappings: mapEventSources(stack),
    httpApis: mapHttpApis(stack),
    schedules: mapSchedules(stack),
    buses: mapBuses(stack),
    busRules: mapBusRules(stack),
    secrets: mapSecrets(stack),
    customResources: mapCustomResources(stack),
    outputs: stack.outputs,
    passive: stack.resources
      .filter(({ type }) => isPassive(type))
      .map(({ logicalId, type }) => ({ logicalId, type })),
    unsupported: stack.refusals,
  };
};
