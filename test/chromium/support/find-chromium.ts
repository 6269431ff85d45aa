import { existsSync } from 'node:fs';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The program, or nothing where there is none: then the tests in a browser are skipped. */
    readonly chromium: string;
  }
}

/** Looks for Chromium, and says so plainly where there is none. */
export default function setup(project: TestProject): void {
  const path = process.env['PLUSONE_CHROMIUM'] ?? '/usr/bin/chromium';
  const isThere = existsSync(path);
  if (!isThere) {
    process.stderr.write(
      `SKIPPED: the tests in a real browser. There is no Chromium at ${path}; name yours by PLUSONE_CHROMIUM.\n`,
    );
  }
  project.provide('chromium', isThere ? path : '');
}
