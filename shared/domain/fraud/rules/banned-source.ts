import type { FraudRule } from '../rule.ts';

/** The click came from a site that the program does not pay for. */
export const bannedSource: FraudRule = {
  ruleId: 'banned_source',
  needs: [],
  score: 50,
  action: 'flag',
  measures: { hosts: [] },
  observe({ click }, { hosts = [] }) {
    const host = click?.referrerHost?.toLowerCase();
    if (host === undefined) return undefined;
    const pattern = hosts.find((one) => isOf(host, one.toLowerCase()));
    if (pattern === undefined) return undefined;
    return { reason: 'The click came from a banned source', evidence: { host, pattern } };
  },
};

/** A host that is named without `*` stands for those below it as well. */
function isOf(host: string, named: string): boolean {
  return matchesGlob(host, named) || (!named.includes('*') && host.endsWith(`.${named}`));
}

/** Whether a text is of a pattern in which `*` stands for any characters. Takes time by their lengths multiplied. */
export function matchesGlob(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first) || text.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found === -1) return false;
    from = found + part.length;
  }
  return text.endsWith(last) && text.length - last.length >= from;
}
