import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureTemplate } from '../../../local/synth/ensure-template.ts';
import { projectDir } from './project-dir.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The cloud assembly of this run, with its functions inside. */
    readonly cloudAssembly: string;
  }
}

const inputs = [
  ...['infra', 'functions', 'shared', 'browser', 'docs'],
  ...['cdk.json', 'package.json', 'package-lock.json'],
];

/** Synthesizes once for all test files, and takes a copy that nothing changes while they run. */
export default async function setup(project: TestProject): Promise<() => void> {
  const outDir = join(projectDir, '.cache', 'end-to-end');
  await ensureTemplate({ projectDir, outDir, inputs });
  const copy = mkdtempSync(join(tmpdir(), 'plusone-assembly-'));
  cpSync(outDir, copy, { recursive: true });
  for (const name of readdirSync(copy).filter((file) => file.endsWith('.assets.json'))) {
    bringAssetsAlong(copy, join(copy, name));
  }
  project.provide('cloudAssembly', copy);
  return () => rmSync(copy, { recursive: true, force: true });
}

interface Assets {
  readonly files: Record<string, { readonly source: { path: string; readonly packaging: string } }>;
}

/** Assets lie in `dist/`, where any other build would replace them. */
function bringAssetsAlong(assembly: string, manifest: string): void {
  const assets = JSON.parse(readFileSync(manifest, 'utf8')) as Assets;
  for (const { source } of Object.values(assets.files)) {
    if (source.packaging !== 'zip') continue;
    const name = join('assets', basename(source.path));
    cpSync(source.path, join(assembly, name), { recursive: true });
    source.path = name;
  }
  writeFileSync(manifest, JSON.stringify(assets));
}
