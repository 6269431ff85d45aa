import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashInputs } from './hash-inputs.ts';

export interface EnsureTemplateOptions {
  /** Folder of `cdk.json`. */
  readonly projectDir: string;
  /** Folder for the cloud assembly. */
  readonly outDir: string;
  /** Files and folders that the template is made from, relative to the project. */
  readonly inputs: readonly string[];
  /** What the app is told besides, by its names in the CDK's context. @default - nothing */
  readonly context?: Readonly<Record<string, string>>;
}

/** The CDK app did not synthesize; the message is what it said. */
export class SynthesisFailed extends Error {
  constructor(output: string) {
    super(`The CDK app does not synthesize:\n${output.trim()}`);
    this.name = 'SynthesisFailed';
  }
}

/**
 * Makes sure that the cloud assembly is that of the sources, and runs the CDK app if it is not. Assets are read where
 * the app built them, so that a function built anew is there without another synthesis.
 *
 * @returns whether the app had to run
 * @throws SynthesisFailed
 */
export async function ensureTemplate(options: EnsureTemplateOptions): Promise<'unchanged' | 'synthesized'> {
  const { projectDir, outDir, inputs, context = {} } = options;
  const stamp = join(outDir, 'inputs.sha256');
  const hash = `${hashInputs(projectDir, inputs)} ${JSON.stringify(context)}`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash && hasAllAssets(outDir)) return 'unchanged';
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  await runApp(projectDir, outDir, context);
  writeFileSync(stamp, hash);
  return 'synthesized';
}

/** Assets lie outside of the assembly, where they could have been removed. */
function hasAllAssets(outDir: string): boolean {
  const manifest = JSON.parse(readFileSync(join(outDir, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { type: string; properties?: { file?: string } }>;
  };
  return Object.values(manifest.artifacts).every(({ type, properties }) => {
    if (type !== 'cdk:asset-manifest' || properties?.file === undefined) return true;
    const assets = JSON.parse(readFileSync(join(outDir, properties.file), 'utf8')) as {
      files?: Record<string, { source: { path?: string; packaging?: string } }>;
    };
    return Object.values(assets.files ?? {}).every(
      ({ source }) => source.packaging !== 'zip' || existsSync(join(outDir, source.path ?? '', 'index.js')),
    );
  });
}

function runApp(projectDir: string, outDir: string, given: object): Promise<void> {
  const { app } = JSON.parse(readFileSync(join(projectDir, 'cdk.json'), 'utf8')) as { app: string };
  const context = {
    'aws:cdk:disable-asset-staging': true,
    checks: 'false',
    // Mails are caught here, so that they may be sent.
    notificationSender: 'Plusone <plusone@localhost>',
    ...given,
  };
  return new Promise((resolve, reject) => {
    const child = spawn(app, {
      cwd: projectDir,
      shell: true,
      env: { ...process.env, CDK_OUTDIR: outDir, CDK_CONTEXT_JSON: JSON.stringify(context) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new SynthesisFailed(output))));
  });
}
