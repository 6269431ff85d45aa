import { timingSafeEqual } from 'node:crypto';
import type { Hasher } from '../system.ts';

/** A click that a visitor's browser can be given to remember. */
export interface RememberedClick {
  readonly clickId: string;
  /** When its first visit was, in milliseconds since 1970. */
  readonly since: number;
}

const form = /^(clk_[0-9a-z]{26})\.([0-9a-z]{1,9})\.([0-9a-z]{26})$/;

/**
 * Writes down what the browser of a person is to remember of a click of a link: `‹click id›.‹when it began, base 36›.‹signature›`.
 * The signature is of the link's code as well, by a key for this alone: nobody can make up a click, lengthen one or
 * carry it to another link. What a machine is given is the click's id alone, which makes no visit a repeat.
 */
export function writeRememberedClick(
  hasher: Pick<Hasher, 'lasting'>,
  code: string,
  click: RememberedClick,
): string {
  return `${click.clickId}.${click.since.toString(36)}.${signatureOf(hasher, code, click)}`;
}

/** Reads what a browser brings; undefined for all that was not written for this link. */
export function readRememberedClick(
  hasher: Pick<Hasher, 'lasting'>,
  code: string,
  value: string,
): RememberedClick | undefined {
  const [, clickId, since = '', signature = ''] = form.exec(value) ?? [];
  if (clickId === undefined) return undefined;
  const click = { clickId, since: Number.parseInt(since, 36) };
  const expected = signatureOf(hasher, code, click);
  return timingSafeEqual(Buffer.from(signature), Buffer.from(expected)) ? click : undefined;
}

function signatureOf(
  { lasting }: Pick<Hasher, 'lasting'>,
  code: string,
  { clickId, since }: RememberedClick,
): string {
  return lasting('remembered-click', [code, clickId, since].join('\n'));
}
