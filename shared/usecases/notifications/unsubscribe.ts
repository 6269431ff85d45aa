import { readUnsubscribeToken } from '../../domain/notifications/unsubscribe-token.ts';
import { type Hasher, isoTime, type System } from '../system.ts';

export interface UnsubscribePorts extends Pick<System, 'now'>, Pick<Hasher, 'lasting'> {
  /** @returns whether there is somebody of this key */
  unsubscribe(participantKey: string, at: string): Promise<boolean>;
}

/** The key by which tokens to unsubscribe are signed: derived from the deployment's secret, for this alone. */
export function unsubscribeKey(hasher: Pick<Hasher, 'lasting'>): string {
  return hasher.lasting('unsubscribe-key', 'u1');
}

/** Whether a token is one that we signed. */
export function isUnsubscribeToken(hasher: Pick<Hasher, 'lasting'>, token: string): boolean {
  return readUnsubscribeToken(unsubscribeKey(hasher), token) !== undefined;
}

/** Notes that whoever got a token by mail wants no more of them. Any number of times it ends the same. */
export async function unsubscribe(ports: UnsubscribePorts, token: string): Promise<boolean> {
  const participantKey = readUnsubscribeToken(unsubscribeKey(ports), token);
  return participantKey !== undefined && ports.unsubscribe(participantKey, isoTime(ports.now()));
}
