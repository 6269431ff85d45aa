import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { bundleSnippet } from '../../infra/bundle-snippet.ts';
import { projectDir } from '../end-to-end/support/project-dir.ts';

const script = bundleSnippet(projectDir);

it('takes at most 2 KB on the wire', () => {
  expect(gzipSync(script, { level: 9 }).byteLength).toBeLessThanOrEqual(2048);
});

it('is one script of its own, which loads and evaluates nothing', () => {
  expect(script).not.toMatch(/\b(import|require|eval|fetch|XMLHttpRequest|sendBeacon|Image)\b\s*\(/);
  expect(script).not.toMatch(/\b(innerHTML|outerHTML|insertAdjacentHTML|createElement)\b/);
});
