import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { asRecord, isRecord, type Properties } from './read-properties.ts';

/** One stack of `cdk.out`, as synthesized: nothing in it is resolved yet. */
export interface SynthesizedStack {
  readonly stackName: string;
  readonly template: Properties;
  /** Absolute folder of a zipped asset by its S3 key; undefined if no folder of this assembly goes there. */
  readonly assetDir: (objectKey: string) => string | undefined;
}

const readJson = (file: string): Properties => asRecord(JSON.parse(readFileSync(file, 'utf8')), file);

const findStack = (manifest: Properties, stackName: string | undefined): [string, Properties] => {
  const stacks = Object.entries(asRecord(manifest['artifacts'], 'artifacts')).flatMap(([id, artifact]) => {
    const { type, properties } = asRecord(artifact, id);
    if (type !== 'aws:cloudformation:stack') return [];
    const named = asRecord(properties, id);
    const entry: [string, Properties] = [
      typeof named['stackName'] === 'string' ? named['stackName'] : id,
      named,
    ];
    return [entry];
  });
  const [only, ...others] = stackName === undefined ? stacks : stacks.filter(([name]) => name === stackName);
  if (only !== undefined && others.length === 0) return only;
  const names = stacks.map(([name]) => name).join(', ') || 'none';
  throw new Error(
    `Expected one stack${stackName ? ` named ${stackName}` : ''} in cdk.out, which holds: ${names}`,
  );
};

const readAssetFolders = (cdkOutDir: string, manifest: Properties): ReadonlyMap<string, string> => {
  const folders = new Map<string, string>();
  for (const [id, artifact] of Object.entries(asRecord(manifest['artifacts'], 'artifacts'))) {
    const { type, properties } = asRecord(artifact, id);
    if (type !== 'cdk:asset-manifest') continue;
    const assets = readJson(join(cdkOutDir, String(asRecord(properties, id)['file'])));
    for (const file of Object.values(asRecord(assets['files'] ?? {}, id))) {
      const { source, destinations } = asRecord(file, id);
      const from = asRecord(source ?? {}, id);
      if (from['packaging'] !== 'zip') continue;
      for (const destination of Object.values(asRecord(destinations ?? {}, id))) {
        if (!isRecord(destination)) continue;
        folders.set(String(destination['objectKey']), resolve(cdkOutDir, String(from['path'])));
      }
    }
  }
  return folders;
};

/**
 * Reads a stack of a synthesized app.
 *
 * @throws if the folder is none of a synthesized app, or holds no such stack, or several and none is named
 */
export const readCloudAssembly = (cdkOutDir: string, stackName?: string): SynthesizedStack => {
  const manifestFile = join(cdkOutDir, 'manifest.json');
  if (!existsSync(manifestFile)) {
    throw new Error(`${cdkOutDir} is no cloud assembly: it has no manifest.json, which cdk synth writes`);
  }
  const manifest = readJson(manifestFile);
  const [name, properties] = findStack(manifest, stackName);
  const folders = readAssetFolders(cdkOutDir, manifest);
  return {
    stackName: name,
    template: readJson(join(cdkOutDir, String(properties['templateFile']))),
    assetDir: (objectKey) => folders.get(objectKey),
  };
};
