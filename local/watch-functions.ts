import { type FSWatcher, watch } from 'node:fs';
import type { Deployment } from './deployment.ts';
import type { Lambda } from './lambda/create-lambda.ts';

const settleMs = 60;

/**
 * Puts a function's new code in place as soon as its bundle changes on disk.
 *
 * @param onReload told which function's next call runs new code
 * @returns ends the watching
 */
export function watchFunctions(
  { functions }: Deployment,
  lambda: Lambda,
  onReload: (name: string) => void,
): () => void {
  const watchers = functions.map((spec): FSWatcher => {
    let timer: NodeJS.Timeout | undefined;
    return watch(spec.codeDir, () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        lambda.reload(spec.arn, spec);
        onReload(spec.name);
      }, settleMs);
    });
  });
  return () => {
    for (const watcher of watchers) watcher.close();
  };
}
