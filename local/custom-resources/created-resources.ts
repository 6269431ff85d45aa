import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What is known of a custom resource that exists. */
export interface CreatedResource {
  readonly physicalResourceId: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** What `Fn::GetAtt` would give. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Custom resources by logical id. */
export type CreatedResources = Readonly<Record<string, CreatedResource>>;

/** What earlier starts created; nothing in a fresh data folder. */
export async function loadCreatedResources(file: string): Promise<CreatedResources> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  return JSON.parse(text) as CreatedResources;
}

/** Replaces the file as a whole. */
export async function saveCreatedResources(file: string, created: CreatedResources): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(created, null, 2));
  await rename(`${file}.new`, file);
}
