import { join } from 'node:path';
import { buildSync } from 'esbuild';

/**
 * Builds the browser snippet: one script that runs by itself, for browsers of the last five years.
 *
 * @param root folder of `browser/`
 * @returns its text, minified
 */
export function bundleSnippet(root: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(root, 'browser/snippet.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2020',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error('esbuild made no script of browser/snippet.ts');
  return script.text.trim();
}
