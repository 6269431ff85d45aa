/**
 * Splits an amount in proportion to weights, so that the parts are integers and their sum is the amount: each gets
 * its share rounded down, and the units left over go one each to the largest remainders, the first of equals first.
 *
 * @param amount integer minor units, not negative
 * @param weights integers, not negative; all zero: equal shares
 * @returns a part for each weight, in minor units
 */
export function split(amount: number, weights: readonly number[]): number[] {
  const given = weights.map(BigInt);
  const shares = given.every((weight) => weight === 0n) ? given.map(() => 1n) : given;
  const total = shares.reduce((sum, weight) => sum + weight, 0n);
  const parts = shares.map((weight, index) => {
    const exact = BigInt(amount) * weight;
    return { index, floor: exact / total, remainder: exact % total };
  });
  const left = Number(BigInt(amount) - parts.reduce((sum, part) => sum + part.floor, 0n));
  // Sorting is stable: equals stay in their order.
  const ranked = [...parts].sort((a, b) => Number(b.remainder - a.remainder));
  const lucky = new Set(ranked.slice(0, left).map((part) => part.index));
  return parts.map((part) => Number(part.floor) + (lucky.has(part.index) ? 1 : 0));
}
