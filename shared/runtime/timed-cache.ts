/**
 * Wraps a look-up so that an answer is kept for a time. The time runs from the look-up and hits do not renew it,
 * so a change is seen everywhere within that time, however hot the entry. That something is absent is not kept.
 *
 * @param keepMs how long an answer is kept
 * @param most how many answers are kept; the oldest goes first
 */
export function keepFor<Value>(
  keepMs: number,
  most: number,
  now: () => number,
  lookUp: (name: string) => Promise<Value>,
): (name: string) => Promise<Value> {
  const kept = new Map<string, { readonly until: number; readonly value: Value }>();
  return async (name) => {
    const hit = kept.get(name);
    if (hit !== undefined && now() < hit.until) return hit.value;
    const until = now() + keepMs;
    const value = await lookUp(name);
    kept.delete(name);
    if (value === undefined) return value;
    kept.set(name, { until, value });
    const oldest = kept.size > most ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return value;
  };
}
