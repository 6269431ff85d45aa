import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage } from './build-package.ts';

await buildPackage(join(dirname(fileURLToPath(import.meta.url)), '../dist'));
