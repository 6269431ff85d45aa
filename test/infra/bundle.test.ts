import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleFunctions } from '../../infra/bundle.ts';
import { type FunctionName, functionNames, functions } from '../../infra/functions.ts';
import { entryRoot, newFolder } from './support/synth.ts';

const folder = newFolder();
const bundle = bundleFunctions({ entryRoot, distDir: folder });

describe('bundle', () => {
  it('has one file a function, and says that it is CommonJS', () => {
    expect(readdirSync(join(folder, 'functions')).sort()).toEqual([...functionNames].sort());
    for (const { codeDir } of Object.values(bundle)) {
      expect(readdirSync(codeDir).sort()).toEqual(['index.js', 'package.json']);
    }
  });

  it('keeps source maps at home', () => {
    expect(readdirSync(join(folder, 'source-maps'))).toHaveLength(functionNames.length);
  });

  it('is smallest for the redirect, of all behind routes that use the table', () => {
    const isRival = (name: FunctionName) =>
      functions[name].entry.startsWith('functions/api/') && functions[name].table.length > 0;
    const rivals = functionNames.filter(isRival).map((name) => bundle[name].bytes);
    expect(bundle.redirect.bytes).toBeLessThan(Math.min(...rivals));
    expect(bundle.redirect.bytes).toBeLessThan(300_000);
  });

  it('takes the credentials of Lambda, and carries nothing that looks for others', () => {
    for (const { codeDir } of Object.values(bundle)) {
      const code = readFileSync(join(codeDir, 'index.js'), 'utf8');
      expect(code).not.toMatch(/AWS_CONTAINER_CREDENTIALS|sso-oidc|AssumeRole/);
    }
  });

  it('names the handlers that are missing', () => {
    expect(() => bundleFunctions({ entryRoot: newFolder(), distDir: newFolder() })).toThrow(
      'functions/redirect/handler.ts',
    );
  });
});
