/** How tokens of this deployment say what they are; both are checked. RFC 8725 asks for a type of one's own. */
export const tokenForm = { alg: 'ES256', typ: 'participant+jwt', audience: 'plusone' } as const;

const form = /^[\w-]+\.[\w-]+\.([\w-]+)$/;
/** What a header can carry, and more than identity providers put into a token. */
const longestToken = 8_192;

/** Whether a text has the form of a signed JWT. API keys never have: they hold no dot. */
export function isTokenLike(text: string): boolean {
  const signature = text.length <= longestToken ? form.exec(text)?.[1] : undefined;
  return signature !== undefined && isCanonical(signature);
}

/** The last character of a base64url text has bits that decoders leave out: one token shall not have many spellings. */
function isCanonical(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text;
}
