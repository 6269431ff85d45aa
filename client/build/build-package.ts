import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';
import { printApi, printDomainEvents, printProblems } from './print-api.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Files whose declarations are those of their source. */
const declared = ['call', 'index', 'options', 'plusone', 'result', 'token', 'webhooks'];
/** Files whose types come from the contracts, and are written out so that nobody needs zod. */
const writtenOut = { api: printApi, 'domain-events': printDomainEvents, problems: printProblems };

/** Builds the package's code and declarations into a folder, in place of what was there. */
export async function buildPackage(outDir: string): Promise<void> {
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  const common = {
    bundle: true,
    format: 'esm',
    outdir: outDir,
    target: 'es2022',
    logLevel: 'warning',
  } as const;
  await Promise.all([
    build({ ...common, entryPoints: [join(root, 'index.ts'), join(root, 'webhooks.ts')] }),
    build({
      ...common,
      entryPoints: { browser: join(root, 'index.ts') },
      platform: 'browser',
      minify: true,
    }),
  ]);
  for (const name of declared) write(outDir, name, declarationsOf(join(root, `${name}.ts`)));
  for (const [name, print] of Object.entries(writtenOut)) write(outDir, name, indent(print()));
  copyFileSync(join(root, '../LICENSE'), join(outDir, 'LICENSE'));
}

function indent(declarations: string): string {
  return ts.createPrinter().printFile(ts.createSourceFile('it.d.ts', declarations, ts.ScriptTarget.ES2022));
}

function write(outDir: string, name: string, declarations: string): void {
  writeFileSync(join(outDir, `${name}.d.ts`), `${declarations.trim()}\n`);
}

/** Declarations of a file, which says the type of all that it exports. */
function declarationsOf(path: string): string {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(path, 'utf8'), {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: {
      isolatedDeclarations: true,
      declaration: true,
      strict: true,
      target: ts.ScriptTarget.ES2022,
    },
  });
  const [problem] = diagnostics;
  if (problem !== undefined) {
    throw new Error(`${path}: ${ts.flattenDiagnosticMessageText(problem.messageText, '\n')}`);
  }
  return outputText.replace(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'");
}
