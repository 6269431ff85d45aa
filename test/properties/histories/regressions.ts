import type { History } from './commands.ts';

/** Histories that once failed, as they were shrunk. */
export const regressions: readonly History[] = [];
