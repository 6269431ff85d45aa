import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { type BuildOptions, type BuildResult, buildSync, context, type OutputFile } from 'esbuild';
import { bundleSnippet } from './bundle-snippet.ts';
import { type FunctionName, functionNames, functions } from './functions.ts';
import { renderManual } from './render-manual.ts';

/** Where to read handlers and where to put bundles. */
export interface BundleProps {
  /** Folder that the entries of the manifest are relative to. */
  readonly entryRoot: string;
  /** Folder for `functions/`, `source-maps/` and `metafile.json`. */
  readonly distDir: string;
}

/** A function's bundle on disk. */
export interface BundledFunction {
  /** Folder that becomes the Lambda asset. */
  readonly codeDir: string;
  readonly bytes: number;
}

export type Bundle = Readonly<Record<FunctionName, BundledFunction>>;

/**
 * CommonJS with the SDK inside and ES modules preferred starts fastest: half the load time of the
 * runtime's own SDK. Source maps are for the desk, and not shipped.
 */
const options = {
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'],
  // The documentation page is carried packed, as it is served.
  loader: { '.gz': 'binary' },
  sourcemap: 'external',
  legalComments: 'none',
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** Bundles every function of the manifest, each to `functions/<name>/index.js`. */
export function bundleFunctions(props: BundleProps): Bundle {
  return writeBundles(buildSync(buildOptions(props)), props);
}

/** Bundles every function again and again, each time only what changed. */
export async function openBundler(props: BundleProps): Promise<{ rebuild(): Promise<Bundle> }> {
  const build = await context(buildOptions(props));
  return { rebuild: async () => writeBundles(await build.rebuild(), props) };
}

function buildOptions(props: BundleProps) {
  return {
    ...options,
    absWorkingDir: resolve(props.entryRoot),
    entryPoints: entryPoints(props.entryRoot),
    outdir: resolve(props.distDir, 'functions'),
    alias: {
      '@aws-sdk/credential-provider-node': resolve(props.entryRoot, 'shared/runtime/own-credentials.ts'),
    },
    // The functions that serve the browser snippet and the manual carry them as they are sent.
    define: {
      PLUSONE_SNIPPET: JSON.stringify(bundleSnippet(props.entryRoot)),
      PLUSONE_MANUAL: JSON.stringify(renderManual(props.entryRoot)),
    },
  };
}

function writeBundles(result: BuildResult<{ write: false; metafile: true }>, props: BundleProps): Bundle {
  const functionsDir = resolve(props.distDir, 'functions');
  for (const file of result.outputFiles) writeOutput(file, functionsDir, props.distDir);
  writeIfChanged(join(props.distDir, 'metafile.json'), JSON.stringify(result.metafile));
  return Object.fromEntries(
    functionNames.map((name) => [name, describeBundle(name, functionsDir, result.outputFiles)]),
  ) as Bundle;
}

function entryPoints(entryRoot: string): Record<string, string> {
  const entries = functionNames.map(
    (name) => [`${name}/index`, join(entryRoot, functions[name].entry)] as const,
  );
  const missing = entries
    .filter(([, file]) => !existsSync(file))
    .map(([, file]) => relative(entryRoot, file));
  if (missing.length > 0) {
    throw new Error(
      `infra/functions.ts names handlers that do not exist in ${entryRoot}: ${missing.join(', ')}`,
    );
  }
  return Object.fromEntries(entries);
}

function writeOutput(file: OutputFile, functionsDir: string, distDir: string): void {
  if (file.path.endsWith('.map')) {
    const name = relative(functionsDir, dirname(file.path));
    writeIfChanged(join(distDir, 'source-maps', `${name}.js.map`), file.text);
    return;
  }
  writeIfChanged(file.path, file.text);
  // The assets may lie below a package.json that says "module".
  writeIfChanged(join(dirname(file.path), 'package.json'), '{"type":"commonjs"}\n');
}

/** Two builds at once, of the local stack and of a test, then never see each other's half-written files. */
function writeIfChanged(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function describeBundle(
  name: FunctionName,
  functionsDir: string,
  files: readonly OutputFile[],
): BundledFunction {
  const codeDir = join(functionsDir, name);
  const file = files.find(({ path }) => path === join(codeDir, 'index.js'));
  if (file === undefined) throw new Error(`esbuild made no bundle of ${functions[name].entry}`);
  return { codeDir, bytes: file.contents.byteLength };
}
