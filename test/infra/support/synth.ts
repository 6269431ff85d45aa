import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bundle, bundleFunctions } from '../../../infra/bundle.ts';
import { createApp } from '../../../infra/create-app.ts';
import type { StageName } from '../../../infra/settings.ts';

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: every type has its own properties, and tests name those they mean
  readonly Properties: Record<string, any>;
  readonly DeletionPolicy?: string;
}

/** A synthesized template. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

/** Where the handlers are. */
export const entryRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** A folder for what a test makes. */
export const newFolder = () => mkdtempSync(join(tmpdir(), 'plusone-infra-'));

let bundle: Bundle | undefined;

/** The bundles, made once. */
export function sharedBundle(): Bundle {
  bundle ??= bundleFunctions({ entryRoot, distDir: newFolder() });
  return bundle;
}

const templates = new Map<StageName, Template>();

/** The template of a stage, made once. */
export function synthesize(stage: StageName = 'dev'): Template {
  const known = templates.get(stage);
  if (known !== undefined) return known;
  const app = createApp({ stage, bundle: sharedBundle(), outdir: newFolder(), checks: false });
  const template: Template = app.synth().getStackByName(`Plusone-${stage}`).template;
  templates.set(stage, template);
  return template;
}

/** The resources of a type, with their logical ids. */
export function resourcesOf(type: string, stage: StageName = 'dev'): readonly (Resource & { id: string })[] {
  return Object.entries(synthesize(stage).Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, ...resource }));
}

/** The one resource of a type, or the one whose logical id starts so. */
export function resourceOf(type: string, start = '', stage: StageName = 'dev'): Resource & { id: string } {
  const [found, another] = resourcesOf(type, stage).filter(({ id }) => id.startsWith(start));
  if (found === undefined || another !== undefined) throw new Error(`Not exactly one ${type} ${start}`);
  return found;
}

/** Logical id that an intrinsic points to: of `Ref`, of `Fn::GetAtt`, or of the first of them in a `Fn::Join`. */
export function targetOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(targetOf).find((id) => id !== '') ?? '';
  if (typeof value !== 'object' || value === null) return '';
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
  if (typeof Ref === 'string') return Ref.startsWith('AWS::') ? '' : Ref;
  if (Array.isArray(attribute)) return String(attribute[0]);
  return targetOf(join);
}
