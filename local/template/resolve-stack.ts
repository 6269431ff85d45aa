import { createScope, readSection, type TemplateScope } from './create-scope.ts';
import type { Identity, Place } from './identify-resource.ts';
import type { SynthesizedStack } from './read-cloud-assembly.ts';
import { asRecord, type Properties, type PropertyReader, readProperties } from './read-properties.ts';
import { isConditionMet, resolveIntrinsics } from './resolve-intrinsics.ts';
import { isMapped } from './resource-types.ts';

/** A resource of the stack with its names known and, if its type is run here, every intrinsic resolved. */
export interface Resource extends Identity {
  readonly logicalId: string;
  readonly type: string;
  readonly read: PropertyReader;
}

/** What the template asks for and a laptop does not do. */
export interface Refusal {
  readonly logicalId: string;
  readonly type: string;
  readonly why: string;
}

/** A stack ready to be mapped. */
export interface ResolvedStack {
  readonly place: Place;
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly refusals: readonly Refusal[];
  assetDir(objectKey: string): string | undefined;
  ofType(...types: readonly string[]): readonly Resource[];
  refuse(resource: Pick<Resource, 'logicalId' | 'type'>, why: string): void;
}

const isDeclaredHere = (declared: Properties, path: string, scope: TemplateScope): boolean =>
  typeof declared['Condition'] !== 'string' || isConditionMet(declared['Condition'], path, scope);

const resolveResources = (template: Properties, scope: TemplateScope): readonly Resource[] =>
  Object.entries(readSection(template, 'Resources')).flatMap(([logicalId, entry]) => {
    const declared = asRecord(entry, logicalId);
    const identity = scope.identify(logicalId);
    if (identity === undefined || !isDeclaredHere(declared, logicalId, scope)) return [];
    const type = String(declared['Type']);
    const properties = isMapped(type)
      ? resolveIntrinsics(declared['Properties'] ?? {}, logicalId, scope)
      : {};
    return [
      { ...identity, logicalId, type, read: readProperties(asRecord(properties, logicalId), logicalId) },
    ];
  });

const resolveOutputs = (template: Properties, scope: TemplateScope): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(readSection(template, 'Outputs')).flatMap(([name, entry]) => {
      const output = asRecord(entry, name);
      if (!isDeclaredHere(output, name, scope)) return [];
      return [[name, String(resolveIntrinsics(output['Value'], `Outputs.${name}`, scope))] as const];
    }),
  );

/** Resolves a synthesized stack as if it were deployed at the place. */
export const resolveStack = ({ template, assetDir }: SynthesizedStack, place: Place): ResolvedStack => {
  const scope = createScope(template, place);
  const resources = resolveResources(template, scope);
  const refusals: Refusal[] = [];
  return {
    place,
    resources,
    outputs: resolveOutputs(template, scope),
    refusals,
    assetDir,
    ofType: (...types) => resources.filter(({ type }) => types.includes(type)),
    refuse: ({ logicalId, type }, why) => {
      refusals.push({ logicalId, type, why });
    },
  };
};
