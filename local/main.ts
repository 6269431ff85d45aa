import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { boot, type RunningStack } from './boot.ts';
import { type CommandLine, readCommandLine, usage } from './command-line.ts';
import { describeStack, removeStackFile, type StackDescription, writeStackFile } from './describe-stack.ts';
import { runChild } from './engines/run-child.ts';
import { ensureTemplate } from './synth/ensure-template.ts';
import { watchFunctions } from './watch-functions.ts';

const projectDir = dirname(dirname(fileURLToPath(import.meta.url)));
const inputs = [
  ...['infra', 'functions', 'shared', 'browser', 'docs'],
  ...['cdk.json', 'package.json', 'package-lock.json'],
];
const bundlerArgs = ['--import', 'tsx', 'infra/watch.ts'];
/** What esbuild says before the errors themselves. */
const errorHeading = /^Build failed with \d+ errors?:$/;
const started = Date.now();

function printStep(step: string, detail: string): void {
  console.log(`  ✔ ${step.padEnd(14)} ${detail}  (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

function printTrouble(what: string, detail: string): void {
  console.warn(`  ! ${what}: ${detail}`);
}

async function main(): Promise<void> {
  const line = readCommandLine(process.argv.slice(2), process.env);
  if (line.help) {
    console.log(usage);
    return;
  }
  console.log('Plusone starts from its CDK template');
  const cdkOutDir = await findTemplate(line);
  const dataDir = resolve(line.dataDir);
  const stack = await boot({
    ...line,
    cdkOutDir,
    dataDir,
    projectFile: join(projectDir, 'package.json'),
    onStep: printStep,
    onTrouble: printTrouble,
  });
  const description = await describeStack(stack);
  writeStackFile(dataDir, description);
  const endWatch = line.watch ? watchSources(stack) : undefined;
  stopOnSignal(async () => {
    await endWatch?.();
    removeStackFile(dataDir);
    await stack.stop();
  });
  printUse(description, line.dataDir);
}

async function findTemplate({ templateDir, corsOrigins }: CommandLine): Promise<string> {
  if (templateDir !== undefined) return resolve(templateDir);
  const outDir = join(projectDir, '.cache', 'cloud-assembly');
  const result = await ensureTemplate({
    projectDir,
    outDir,
    inputs,
    ...(corsOrigins.length > 0 && { context: { corsOrigins: corsOrigins.join() } }),
  });
  printStep('synthesis', result === 'unchanged' ? 'nothing changed since the last start' : 'the CDK app ran');
  return outDir;
}

/**
 * Bundles on every change, in a process of its own that ends with this one, and reloads what came out differently.
 * While the sources do not compile, what ran before goes on.
 */
function watchSources(stack: RunningStack): () => Promise<void> {
  let stopping = false;
  const bundler = runChild(process.execPath, bundlerArgs, {
    cwd: projectDir,
    onLine: (line) => {
      if (!stopping && line.trim() !== '' && !errorHeading.test(line)) console.warn(`  ! ${line.trim()}`);
    },
  });
  void bundler.exited.then(({ code }) => {
    if (!stopping) printTrouble('the watch', `ended by itself with code ${code}; start again to see changes`);
  });
  const endReload = watchFunctions(stack.deployment, stack.lambda, (name) => console.log(`  ↻ ${name}`));
  console.log('  watching functions/ and shared/; changes of infra/, browser/ and docs/ take a restart');
  return () => {
    stopping = true;
    endReload();
    return bundler.stop();
  };
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) return;
    stopping = true;
    console.log('\nStopping; everything accepted is kept.');
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

function printUse(
  { apiUrl, apiKey, mailsUrl, tableName, dynamodbUrl }: StackDescription,
  dataDir: string,
): void {
  const json = "-H 'content-type: application/json'";
  console.log(`
Ready.

  API            ${apiUrl}
  documentation  ${apiUrl}/docs
  API key        ${apiKey}
  mails          ${mailsUrl}
  data           ${dataDir}  (stack.json, logs; table ${tableName} at ${dynamodbUrl})

The first link:

  curl -X POST ${apiUrl}/generate-link -H 'authorization: Bearer ${apiKey}' \\
    ${json} -d '{"userId":"alice"}'

A whole story: npm run demo${dataDir === '.plusone' ? '' : ` -- --data ${dataDir}`}
Ctrl-C stops all of it.
`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
