import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { functions } from '../../../infra/functions.ts';

/** Writes a handler that does nothing for every function of the manifest, and names the folder. */
export function writeStubEntries(folder = mkdtempSync(join(tmpdir(), 'plusone-stubs-'))): string {
  for (const { entry } of Object.values(functions)) {
    const file = join(folder, entry);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'export async function handler() {}\n');
  }
  return folder;
}
