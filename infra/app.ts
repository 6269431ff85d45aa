import { fileURLToPath } from 'node:url';
import { createApp } from './create-app.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

createApp({ entryRoot: root, distDir: `${root}dist` }).synth();
