/**
 * An exact share of an amount, rounded half up to the minor unit.
 *
 * @param amount integer minor units, not negative
 * @param rate percent as a decimal string of at most six places: `10`, `2.5`, `0.000001`
 * @returns integer minor units
 */
export function percentageOf(amount: number, rate: string): number {
  const [whole = '0', fraction = ''] = rate.split('.');
  const millionths = BigInt(whole + fraction.padEnd(6, '0'));
  const hundredPercent = 100_000_000n;
  const doubled = BigInt(amount) * millionths * 2n + hundredPercent;
  return Number(doubled / (hundredPercent * 2n));
}
