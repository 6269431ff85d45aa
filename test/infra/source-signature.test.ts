import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sourceSignature } from '../../infra/source-signature.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'signature-'));
  mkdirSync(join(root, 'inner'));
  for (const name of ['a.ts', 'b.ts', 'inner/c.ts']) writeFileSync(join(root, name), name);
});
afterEach(() => rmSync(root, { recursive: true }));

it('changes with a changed, a new and a removed file, at any depth, and with nothing else', () => {
  const seen = [sourceSignature([root])];
  expect(sourceSignature([root])).toBe(seen[0]);
  utimesSync(join(root, 'inner/c.ts'), 1, 1);
  seen.push(sourceSignature([root]));
  writeFileSync(join(root, 'inner/d.ts'), '');
  seen.push(sourceSignature([root]));
  rmSync(join(root, 'a.ts'));
  seen.push(sourceSignature([root]));
  expect(new Set(seen).size).toBe(4);
});

it.each(['b.ts', 'inner'])('goes on where %s vanishes between listing and looking', (name) => {
  const signature = sourceSignature([root], (folder) => {
    const found = readdirSync(folder, { withFileTypes: true });
    rmSync(join(root, name), { recursive: true, force: true });
    return found;
  });
  expect(signature).toContain('a.ts');
  expect(signature).not.toContain(name === 'inner' ? 'c.ts' : 'b.ts');
});
