import { decideTouch, readTouch, type Touch, withoutTouch, writeTouch } from './touch.ts';

/** What a sign-up is told of how it came about: the fields of `POST /verify-referral`. */
interface Referral extends Partial<Omit<Touch, 'at'>> {
  /** Set where this script ran on the page to which the link led. */
  readonly landed?: true;
}

interface Plusone {
  /** How this visitor came; an empty object if by no link, too long ago, or without consent. */
  referral(): Referral;
  /** Allows keeping, or forbids it and forgets. */
  consent(given: boolean): void;
  /** Calls with this very object, at once. Before the script is there, an array in its place keeps the calls for it. */
  push(...calls: ((plusone: Plusone) => unknown)[]): void;
}

type Field = HTMLInputElement & { plusoneValue?: string };

const page = window as Window & { plusone?: Plusone | ((plusone: Plusone) => unknown)[] };
const tag = (document.currentScript ??
  document.querySelector('script[src*="plusone"]')) as HTMLElement | null;
const options: DOMStringMap = tag?.dataset ?? {};
const day = 864e5;
const memory = {
  model: options['touch'] === 'last' ? 'last' : 'first',
  window: (Number(options['windowDays']) || 7) * day,
} as const;
const name = 'plusone';

for (const [attribute, isKnown] of [
  ['touch', /^(first|last)?$/.test(options['touch'] ?? '')],
  ['window-days', Number(options['windowDays'] ?? 7) > 0],
] as const) {
  // biome-ignore lint/suspicious/noConsole: whoever wrote the tag has nowhere else to look
  if (!isKnown) console.warn(`${name}: data-${attribute} is not understood`);
}

/** A store that may be blocked: by the visitor, the browser, or a frame without rights. Then it holds nothing. */
const attempt = <Value>(act: () => Value): Value | undefined => {
  try {
    return act();
  } catch {
    return undefined;
  }
};

const writeCookie = (value: string, seconds: number): void => {
  const domain = options['cookieDomain'];
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is there in few browsers, and answers later
  document.cookie = `${name}=${value};path=/;max-age=${Math.round(seconds)};samesite=lax${
    domain ? `;domain=${domain}` : ''
  }${location.protocol === 'https:' ? ';secure' : ''}`;
};

const readCookie = (): string | undefined => new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1];

const readKept = (): (Touch | undefined)[] =>
  [attempt(() => localStorage.getItem(name)), attempt(readCookie)].map((text) =>
    text ? readTouch(text) : undefined,
  );

/**
 * Writes both places at every visit, so that one makes good what the other has lost. A cookie that is right stays as it
 * is: one that the site's server has set would become a script's, which Safari cuts to a week.
 */
const keep = (touch: Touch): void => {
  const text = writeTouch(touch);
  attempt(() => localStorage.setItem(name, text));
  attempt(() => {
    if (readCookie() !== text) writeCookie(text, (touch.at + memory.window - Date.now()) / 1e3);
  });
};

const forget = (): void => {
  attempt(() => localStorage.removeItem(name));
  attempt(() => writeCookie('', 0));
};

const arrived = readTouch(location.search, Date.now());
const signals = navigator as Navigator & { globalPrivacyControl?: boolean };
const askedNotTo = signals.globalPrivacyControl || signals.doNotTrack === '1';
let allowed = options['consent'] !== 'required' && !(askedNotTo && options['dnt'] !== 'ignore');
let touch: Touch | undefined;

const referral = (): Referral => {
  const known = allowed && decideTouch([...readKept(), touch], undefined, memory, Date.now());
  if (!known) return {};
  const { at: _, ...rest } = known;
  return { ...rest, landed: true };
};

const cleanAddress = (): void => {
  const query = withoutTouch(location.search);
  if ('cleanUrl' in options && query !== location.search) {
    history.replaceState(history.state, '', location.pathname + query + location.hash);
  }
};

const remember = (): void => {
  touch = decideTouch([...readKept(), touch], arrived, memory, Date.now());
  if (touch) keep(touch);
  attempt(cleanAddress);
};

/** Fields marked `data-plusone="clickId"`, `"referralCode"`, `"token"` or `"landed"`. What somebody typed there stays. */
const fill = (): void => {
  const known = referral();
  for (const field of document.querySelectorAll<Field>('[data-plusone]')) {
    const value = `${known[field.dataset['plusone'] as keyof Referral] ?? ''}`;
    if (field.value && field.value !== field.plusoneValue) continue;
    field.value = field.plusoneValue = value;
  }
};

const plusone: Plusone = {
  referral,
  consent(given) {
    allowed = given;
    if (given) remember();
    else {
      touch = undefined;
      forget();
    }
    fill();
  },
  push(...calls) {
    for (const call of calls) {
      try {
        call(plusone);
      } catch (error) {
        // The page's own mistake: told to its console, and no reason to leave out the others.
        setTimeout(() => {
          throw error;
        });
      }
    }
  },
};

const waiting = page.plusone;
page.plusone = plusone;
if (allowed) remember();
fill();
// Forms that come later are filled when somebody enters or sends them, which costs nothing until then.
for (const event of ['DOMContentLoaded', 'focusin', 'submit']) document.addEventListener(event, fill, true);
document.addEventListener(
  'formdata',
  ({ target, formData }) => {
    fill();
    for (const field of (target as HTMLFormElement).elements as unknown as Iterable<Field>) {
      if (field.dataset['plusone'] && field.name && !field.disabled) formData.set(field.name, field.value);
    }
  },
  true,
);
if (Array.isArray(waiting)) plusone.push(...waiting);
