import type { RememberedSend } from './dedupe-window.ts';
import type { MessageContent, Receipts } from './message.ts';

/**
 * The changes that survive a restart. All of the durable state is the sum of its records:
 * live requests and a replay go through the same code.
 */
export type JournalRecord =
  | { readonly t: 'next-key'; readonly key: number }
  | ({ readonly t: 'queue' } & QueueDefinition)
  | { readonly t: 'drop'; readonly queue: string }
  | { readonly t: 'purge'; readonly queue: string }
  | {
      readonly t: 'send';
      readonly queue: string;
      readonly message: MessageContent;
      readonly received?: Receipts;
    }
  | { readonly t: 'dedupe'; readonly queue: string; readonly send: RememberedSend }
  | { readonly t: 'receive'; readonly queue: string; readonly keys: readonly number[]; readonly at: number }
  | { readonly t: 'delete'; readonly queue: string; readonly key: number };

/** A queue as it was created or last changed; times are epoch ms. */
export interface QueueDefinition {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly modifiedAt: number;
}
