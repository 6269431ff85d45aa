import { fileURLToPath } from 'node:url';
import { bundleFunctions } from './bundle.ts';
import { createApp } from './create-app.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

createApp({ bundle: bundleFunctions({ entryRoot: root, distDir: `${root}dist` }) }).synth();
