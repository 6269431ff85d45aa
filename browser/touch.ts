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

/** What can be one: nothing that a place where it is put has to escape. An address that was cut short brings no touch. */
const forms = {
  clickId: 'clk_[0-9a-z]{26}',
  referralCode: '[A-Za-z0-9][\\w-]{2,49}',
  token: '[\\w.~-]{3,999}',
} as const;

const valueIn = (text: string, name: string, form: string): string | undefined =>
  new RegExp(`(?:^|[?&])${name}=(${form})(?=&|$)`).exec(text)?.[1];

/**
 * What a query (`?a=b&plusone_code=…`) tells of how a visitor came; undefined if nothing. A touch that was kept is
 * written in the same way, with its time.
 *
 * @param at milliseconds since 1970; as the text itself says unless given
 */
export function readTouch(text: string, at = Number(valueIn(text, 'plusone_at', '\\d+'))): Touch | undefined {
  const found = fields
    .map((field) => [field, valueIn(text, names[field], forms[field])])
    .filter(([, value]) => value);
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
