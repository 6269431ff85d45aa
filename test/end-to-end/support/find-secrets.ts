/** What no log may hold, whatever was sent: by its form, as nobody knows all that a run makes up. */
const forms: Readonly<Record<string, RegExp>> = {
  'an API key': /\bpo_[0-9a-z]+_[\w-]{20,}/g,
  'a webhook secret': /\bwhsec_[\w+/=-]{16,}/g,
  'a token': /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g,
  'an e-mail address': /[\w.+-]+(?:@|%40)(?:[\w-]+\.)+[a-z]{2,}\b/gi,
  // The networks that RFC 5737 and RFC 3849 keep for examples, of which tests take the addresses of visitors.
  'an address': /\b(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}\b|\b2001:0?db8:[\da-f:]+/gi,
};

/** Whom an event is about, as the customer names them: an e-mail address only where they chose it for their ids. */
const userIds = /"(?:userId|refereeId|referrerId)":"[^"]*"/g;

/**
 * Looks for secrets and for what tells who a person is, beside the ids of users.
 *
 * @param logs by name
 * @param known words that may not be there either
 * @returns what was found, as `name: what, the text`, each once
 */
export function findSecrets(logs: ReadonlyMap<string, string>, known: readonly string[]): string[] {
  const found = [...logs].flatMap(([name, text]) => [
    ...known.filter((word) => text.includes(word)).map((word) => `${name}: what was given, ${word}`),
    ...Object.entries(forms).flatMap(([what, form]) =>
      [...text.replace(userIds, '').matchAll(form)].map(([match]) => `${name}: ${what}, ${match}`),
    ),
  ]);
  return [...new Set(found)];
}
