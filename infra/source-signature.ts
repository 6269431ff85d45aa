import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const listFolder = (folder: string): Dirent[] => readdirSync(folder, { withFileTypes: true });

/**
 * A text that changes whenever a file below these folders is changed, made or removed. What vanishes while it is looked
 * at, as editors and builds make it happen, counts as not there.
 *
 * @param list entries of a folder; throws ENOENT where there is none
 */
export function sourceSignature(folders: readonly string[], list = listFolder): string {
  return folders.flatMap((folder) => linesOf(folder, list)).join('\n');
}

function linesOf(folder: string, list: typeof listFolder): string[] {
  return entriesOf(folder, list).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return linesOf(path, list);
    const found = entry.isFile() ? statSync(path, { throwIfNoEntry: false }) : undefined;
    return found === undefined ? [] : [`${path} ${found.mtimeMs}`];
  });
}

function entriesOf(folder: string, list: typeof listFolder): Dirent[] {
  try {
    return list(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
