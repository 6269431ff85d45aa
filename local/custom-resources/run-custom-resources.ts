import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { CustomResourceSpec } from '../deployment.ts';
import type { InvokeResult } from '../lambda/invoke-result.ts';
import {
  type CreatedResource,
  type CreatedResources,
  loadCreatedResources,
  saveCreatedResources,
} from './created-resources.ts';
import { type CustomResourceResponse, type ResponseServer, startResponseServer } from './response-server.ts';

export interface CustomResourceOptions {
  readonly resources: readonly CustomResourceSpec[];
  readonly invoke: (functionArn: string, payload: string) => Promise<InvokeResult>;
  /** Folder in which is remembered what exists. */
  readonly dataDir: string;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  /** How long a function may take to answer. @default 60 seconds */
  readonly timeoutMs?: number;
}

/**
 * Creates or updates the custom resources whose properties changed since the last start, one after the other, as
 * CloudFormation does when a stack is deployed. Nothing is deleted. The functions answer over plain HTTP here.
 *
 * @returns what exists, by logical id
 * @throws the reason that a function gives for its failure
 */
export async function runCustomResources(options: CustomResourceOptions): Promise<CreatedResources> {
  const file = path.join(options.dataDir, 'custom-resources.json');
  let created = await loadCreatedResources(file);
  const changed = options.resources.filter(
    (resource) => !isDeepStrictEqual(created[resource.logicalId]?.properties, propertiesOf(resource)),
  );
  if (changed.length === 0) return created;
  const server = await startResponseServer();
  try {
    for (const resource of changed) {
      const result = await applyResource(options, server, resource, created[resource.logicalId]);
      created = { ...created, [resource.logicalId]: result };
      await saveCreatedResources(file, created);
    }
  } finally {
    await server.close();
  }
  return created;
}

async function applyResource(
  options: CustomResourceOptions,
  server: ResponseServer,
  resource: CustomResourceSpec,
  before: CreatedResource | undefined,
): Promise<CreatedResource> {
  const { url, response } = server.expect();
  const request = buildRequest(options, resource, before, url);
  const answer = await awaitAnswer(options, resource, JSON.stringify(request), response);
  if (answer.Status === 'FAILED') throw failure(resource, answer.Reason ?? 'no reason was given');
  return {
    physicalResourceId:
      answer.PhysicalResourceId ?? before?.physicalResourceId ?? `${resource.logicalId}-${randomUUID()}`,
    properties: request.ResourceProperties,
    data: answer.Data ?? {},
  };
}

/** The request that CloudFormation documents. */
function buildRequest(
  { stackName, region, accountId }: CustomResourceOptions,
  resource: CustomResourceSpec,
  before: CreatedResource | undefined,
  url: string,
) {
  return {
    RequestType: before ? 'Update' : 'Create',
    ServiceToken: resource.functionArn,
    ResponseURL: url,
    StackId: `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/local`,
    RequestId: randomUUID(),
    LogicalResourceId: resource.logicalId,
    ResourceType: resource.type,
    ResourceProperties: propertiesOf(resource),
    ...(before && {
      PhysicalResourceId: before.physicalResourceId,
      OldResourceProperties: before.properties,
    }),
  };
}

/** A function that fails gives no answer: its error counts, so that nobody waits for the timeout. */
async function awaitAnswer(
  { invoke, timeoutMs = 60_000 }: CustomResourceOptions,
  resource: CustomResourceSpec,
  payload: string,
  response: Promise<CustomResourceResponse>,
): Promise<CustomResourceResponse> {
  const done = new AbortController();
  const failed = invoke(resource.functionArn, payload).then((result) => {
    if (!result.ok) throw failure(resource, `${result.error.errorType}: ${result.error.errorMessage}`);
    return response;
  });
  const late = setTimeout(timeoutMs, undefined, { signal: done.signal }).then(() => {
    throw failure(resource, `its function gave no answer within ${timeoutMs / 1_000} seconds`);
  });
  late.catch(() => undefined);
  failed.catch(() => undefined);
  try {
    return await Promise.race([response, failed, late]);
  } finally {
    done.abort();
  }
}

function failure({ logicalId }: CustomResourceSpec, reason: string): Error {
  return new Error(`The custom resource ${logicalId} failed: ${reason}`);
}

/** Values as CloudFormation passes them: whatever is no list or object becomes text. */
function toTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toTexts);
  if (typeof value !== 'object' || value === null) return String(value);
  const present = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(present.map(([name, item]) => [name, toTexts(item)]));
}

function propertiesOf({ properties }: CustomResourceSpec): CustomResourceSpec['properties'] {
  return toTexts(properties) as CustomResourceSpec['properties'];
}
