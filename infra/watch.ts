import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBundler } from './bundle.ts';
import { sourceSignature } from './source-signature.ts';

/** Bundles every function again whenever a source changes; files that come out the same are not touched. */
const root = fileURLToPath(new URL('..', import.meta.url));
const lookEveryMs = 250;
let seen = signature();

/** Looking beats being told: file system events get lost when an editor replaces a file. */
function signature(): string {
  return sourceSignature(['functions', 'shared'].map((folder) => join(root, folder)));
}

const bundler = await openBundler({ entryRoot: root, distDir: join(root, 'dist') });

await bundler.rebuild();

setInterval(() => {
  const now = signature();
  if (now === seen) return;
  seen = now;
  bundler.rebuild().catch((error: Error) => process.stderr.write(`${error.message}\n`));
}, lookEveryMs);
