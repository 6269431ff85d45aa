import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** How far a mapping has got in its stream. */
export interface StreamPosition {
  /** The stream as its engine names it: a position of another one is worth nothing. */
  readonly streamId: string;
  /** The last change that is done with; absent at the beginning of the stream. */
  readonly after?: string;
}

/** Where a mapping's position is kept. */
export interface PositionStore {
  load(): Promise<StreamPosition | undefined>;
  save(position: StreamPosition): Promise<void>;
}

/** Keeps the position of a mapping in `DIR/<mapping>.json`, always whole. */
export function openPositionFile(dir: string, mappingId: string): PositionStore {
  const file = path.join(dir, `${mappingId}.json`);
  let folder: Promise<unknown> | undefined;
  return {
    async load() {
      const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return text === undefined ? undefined : (JSON.parse(text) as StreamPosition);
    },
    async save(position) {
      folder ??= mkdir(dir, { recursive: true });
      await folder;
      await writeFile(`${file}.new`, JSON.stringify(position));
      await rename(`${file}.new`, file);
    },
  };
}
