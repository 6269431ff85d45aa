/** No vowels, so that no word forms; no 0 1 i l o, which look alike. */
const alphabet = '23456789bcdfghjkmnpqrstvwxyz';
const length = 8;

/**
 * Draws a code of 8 characters: 28^8, 378 thousand million, are possible.
 *
 * @param random gives that many random bytes
 */
export function drawCode(random: (bytes: number) => Uint8Array): string {
  const unbiased = 256 - (256 % alphabet.length);
  let code = '';
  while (code.length < length) {
    for (const byte of random(length * 2)) {
      if (byte < unbiased && code.length < length) code += alphabet[byte % alphabet.length];
    }
  }
  return code;
}

/** The form in which a code is stored and looked up: codes are matched case-insensitively. */
export function canonicalCode(code: string): string {
  return code.toLowerCase();
}

/** A code as it is looked up; undefined for what can be none. */
export function readCode(text: string): string | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{2,49}$/.test(text) ? canonicalCode(text) : undefined;
}

/** Takes the code out of a referral link, deep or not: what follows the first `/r/` of its path. Undefined if there is none. */
export function codeOfLink(link: string): string | undefined {
  const path = URL.canParse(link) ? new URL(link).pathname : link.split(/[?#]/)[0];
  const match = /(?:^|\/)r\/([^/]+)/.exec(path ?? '');
  return readCode(match?.[1] ?? '');
}
