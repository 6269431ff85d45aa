import { type Identity, identifyResource, type Place } from './identify-resource.ts';
import { asRecord, isRecord, type Properties } from './read-properties.ts';
import { type IntrinsicScope, resolveIntrinsics } from './resolve-intrinsics.ts';

/** The values that intrinsics of a template stand for, and the names of its resources. */
export interface TemplateScope extends IntrinsicScope {
  readonly identify: (logicalId: string) => Identity | undefined;
}

const pseudoParameters = ({ stackName, region, accountId }: Place): ReadonlyMap<string, string> =>
  new Map([
    ['AWS::Region', region],
    ['AWS::AccountId', accountId],
    ['AWS::Partition', 'aws'],
    ['AWS::URLSuffix', 'amazonaws.com'],
    ['AWS::StackName', stackName],
    ['AWS::StackId', `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/local`],
  ]);

/** A section of the template; an absent one is empty. */
export const readSection = (template: Properties, name: string): Properties =>
  asRecord(template[name] ?? {}, name);

const field = (value: unknown, name: string): unknown => (isRecord(value) ? value[name] : undefined);

const API_URL = /https:\/\/([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com/g;

/** Reads names lazily: a resource's name may itself be put together from those of others. */
export const createScope = (template: Properties, place: Place): TemplateScope => {
  const pseudo = pseudoParameters(place);
  const parameters = readSection(template, 'Parameters');
  const resources = readSection(template, 'Resources');
  const conditions = readSection(template, 'Conditions');
  const mappings = readSection(template, 'Mappings');
  const identities = new Map<string, Identity>();

  const createIdentity = (logicalId: string, declared: Properties): Identity => {
    const properties = asRecord(declared['Properties'] ?? {}, logicalId);
    const given = (property: string): string | undefined => {
      const value = resolveIntrinsics(properties[property], `${logicalId}.${property}`, scope);
      return value === undefined ? undefined : String(value);
    };
    return identifyResource({ logicalId, type: String(declared['Type']), properties, given }, place);
  };

  const identify = (logicalId: string): Identity | undefined => {
    const declared = resources[logicalId];
    if (!isRecord(declared)) return undefined;
    const identity = identities.get(logicalId) ?? createIdentity(logicalId, declared);
    identities.set(logicalId, identity);
    return identity;
  };

  const localApiUrl = (url: string, apiId: string): string => {
    const api = Object.keys(resources).find(
      (logicalId) => identify(logicalId)?.attributes['ApiId'] === apiId,
    );
    return api === undefined ? url : place.apiUrl(api);
  };

  const scope: TemplateScope = {
    identify,
    ref: (name) => pseudo.get(name) ?? field(parameters[name], 'Default') ?? identify(name)?.ref,
    attribute: (logicalId, attribute) => identify(logicalId)?.attributes[attribute],
    condition: (name) => conditions[name],
    mapping: (map, top, second) => field(field(mappings[map], top), second),
    finishText: (text) => text.replace(API_URL, localApiUrl),
  };
  return scope;
};
