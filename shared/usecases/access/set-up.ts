import type { ApiKey } from '../../domain/access/api-key.ts';
import { defaultSettings } from '../../domain/programs/default-program.ts';
import { defaultProgramId, type Program } from '../../domain/programs/program.ts';
import { whileContended } from '../retry.ts';
import { type Hasher, isoTime, type System } from '../system.ts';
import { describeApiKey, drawApiKey, parseApiKey } from './api-key.ts';

export interface SetUpPorts extends System, Hasher {
  saveProgram(program: Program): Promise<'saved' | 'conflict' | 'contended'>;
  /** The first API key, if one has been made. */
  readFirstKey(): Promise<string | undefined>;
  keepFirstKey(apiKey: string): Promise<void>;
  storeApiKey(apiKey: ApiKey): Promise<'stored' | 'exists' | 'again'>;
}

/**
 * Makes what a deployment needs to be of use: the default program and the first API key. The key is kept in its
 * secret before its hash is stored, so that a run that dies in between leaves nothing that another can't finish.
 *
 * @param destination where links of the default program lead
 */
export async function setUp(ports: SetUpPorts, destination: string): Promise<void> {
  const now = isoTime(ports.now());
  const settings = defaultSettings('Default', destination);
  const program = { programId: defaultProgramId, ...settings, version: 1, createdAt: now, updatedAt: now };
  const saved = await whileContended(async () => {
    const attempt = await ports.saveProgram(program);
    return attempt === 'contended' ? 'again' : attempt;
  });
  if (saved === undefined) throw new Error('The default program is contended');
  const kept = await ports.readFirstKey();
  const apiKey = kept !== undefined && parseApiKey(kept) !== undefined ? kept : drawApiKey(ports);
  if (apiKey !== kept) await ports.keepFirstKey(apiKey);
  const first = describeApiKey(ports, apiKey, 'first key', { scopes: ['*'] });
  if ((await whileContended(() => ports.storeApiKey(first))) === undefined) {
    throw new Error('The first API key is contended');
  }
}
