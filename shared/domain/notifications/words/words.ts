import type { NotificationKind } from '../notification.ts';

/** What we say in a language where a program says nothing else. Variables are those of `templateVariables`. */
export interface Words {
  readonly greeting: string;
  /** Of each kind: a line, and a sentence or two. */
  readonly told: Readonly<Record<NotificationKind, { readonly subject: string; readonly sentence: string }>>;
  /** Why somebody gets the mail. */
  readonly because: string;
  readonly unsubscribe: string;
  /** What a number of points is counted in. */
  readonly points: string;
}
