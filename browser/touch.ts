/** How somebody came to the site: what a link of Plusone put into its address, and when. */
export interface Touch {
  /** Milliseconds since 1970, by the browser's clock. */
  readonly at: number;
  readonly clickId?: string;
  readonly referralCode?: string;
  readonly token?: string;
}

/** What counts, and for how long. */
export interface Memory {
  readonly model: 'first' | 'last';
  /** Milliseconds. */
  readonly window: number;
}

const names = { clickId: 'plusone_click', referralCode: 'plusone_code', token: 'plusone_token' } as const;
const fields = Object.keys(names) as (keyof typeof names)[];

/** Values are what no place where they are put has to escape: letters, digits and `-._~`. Anything else is no touch. */
const fieldOf = (text: string, name: string): string | undefined =>
  new RegExp(`(?:^|[?&])${name}=([\\w.~-]{3,999})(?=&|$)`).exec(text)?.[1];

/**
 * What a query (`?a=b&plusone_code=…`) tells of how a visitor came; undefined if nothing. A touch that was kept is
 * written in the same way, with its time.
 *
 * @param at milliseconds since 1970; as the text itself says unless given
 */
export function readTouch(text: string, at = Number(fieldOf(text, 'plusone_at'))): Touch | undefined {
  const found = fields.map((field) => [field, fieldOf(text, names[field])]).filter(([, value]) => value);
  return found.length && at > 0 ? { ...Object.fromEntries(found), at } : undefined;
}

/** A touch as it is kept, in characters that are safe in a cookie. `readTouch` reads it. */
export function writeTouch(touch: Touch): string {
  const given = fields.filter((field) => touch[field]);
  return [...given.map((field) => `${names[field]}=${touch[field]}`), `plusone_at=${touch.at}`].join('&');
}

const sameWay = (one: Touch, other: Touch): boolean => fields.every((field) => one[field] === other[field]);

/**
 * Which touch counts: of the copies that are kept and within the window the first or the last, else what has just
 * arrived. With `last`, a new arrival replaces it; the same arrival again (a reload, the back button) changes nothing,
 * its time included. A copy from the future, of a clock that was wrong, counts for no longer than a window either.
 */
export function decideTouch(
  kept: readonly (Touch | undefined)[],
  arrived: Touch | undefined,
  { model, window }: Memory,
  now: number,
): Touch | undefined {
  let standing: Touch | undefined;
  for (const copy of kept) {
    if (!copy || Math.abs(now - copy.at) > window) continue;
    if (!standing || (model === 'last' ? copy.at > standing.at : copy.at < standing.at)) standing = copy;
  }
  if (!standing) return arrived;
  return model === 'last' && arrived && !sameWay(standing, arrived) ? arrived : standing;
}

/** A query without what Plusone put into it; all else stays, to the letter. */
export function withoutTouch(query: string): string {
  const others = query
    .slice(1)
    .split('&')
    .filter((pair) => !/^plusone_(click|code|token)(=|$)/.test(pair));
  return others.join('') && `?${others.join('&')}`;
}
