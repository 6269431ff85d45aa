/** Letters, digits and signs that mean nothing to a server that reads paths: no `%`, `\`, `;`, `?` or `#`. */
const plainSegment = /^[\p{L}\p{M}\p{N}\-._~!$&'()*+,=:@ ]+$/u;

const mostCharacters = 1024;

/**
 * The path that a visitor asks for behind a link, if a program allows it: begins with `/`, is escaped, and holds
 * nothing that could lead up or away, however it was encoded.
 *
 * @param wish what follows the code and its slash, unescaped once
 * @param patterns `/pricing` allows that path, `/products/*` every path below `/products/`
 */
export function allowedPath(wish: string, patterns: readonly string[]): string | undefined {
  // Some servers read full-width dots and slashes as the plain ones: what is checked is what is sent on.
  const segments = wish.normalize('NFKC').split('/');
  const isDirectory = segments.length > 1 && segments.at(-1) === '';
  const named = isDirectory ? segments.slice(0, -1) : segments;
  if (!named.every(isPlain)) return undefined;
  const path = `/${segments.join('/')}`;
  if (!patterns.some((pattern) => matches(path, pattern))) return undefined;
  const escaped = `/${segments.map(encodeURIComponent).join('/')}`;
  return escaped.length > mostCharacters ? undefined : escaped;
}

function isPlain(segment: string): boolean {
  return plainSegment.test(segment) && segment !== '.' && segment !== '..';
}

function matches(path: string, pattern: string): boolean {
  return pattern.endsWith('/*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}
