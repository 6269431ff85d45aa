/** A look-up that keeps its answers. */
export type KeptLookUp<Value> = ((name: string) => Promise<Value>) & {
  keeps(name: string): boolean;
  renew(name: string): Promise<Value>;
};

/**
 * Wraps a look-up so that an answer is kept for a time. The time runs from the look-up and hits do not renew it,
 * so a change is seen everywhere within that time, however hot the entry. That something is absent is not kept.
 *
 * @returns the look-up, as `keeps` whether it has an answer at hand, and as `renew` a look-up that takes no kept answer
 * @param keepMs how long an answer is kept
 * @param most how many answers are kept; the oldest goes first
 */
export function keepFor<Value>(
  keepMs: number,
  most: number,
  now: () => number,
  lookUp: (name: string) => Promise<Value>,
): KeptLookUp<Value> {
  const kept = new Map<string, { readonly until: number; readonly value: Value }>();
  const hitOf = (name: string) => {
    const hit = kept.get(name);
    return hit !== undefined && now() < hit.until ? hit : undefined;
  };
  const renew = async (name: string): Promise<Value> => {
    const until = now() + keepMs;
    const value = await lookUp(name);
    kept.delete(name);
    if (value === undefined) return value;
    kept.set(name, { until, value });
    const oldest = kept.size > most ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return value;
  };
  const find = async (name: string): Promise<Value> => {
    const hit = hitOf(name);
    return hit === undefined ? renew(name) : hit.value;
  };
  return Object.assign(find, { keeps: (name: string) => hitOf(name) !== undefined, renew });
}
