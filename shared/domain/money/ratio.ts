/** An exact fraction, not negative. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** A whole number as a fraction. */
export function whole(amount: number): Ratio {
  return { numerator: BigInt(amount), denominator: 1n };
}

/** The product of a fraction and `part / all`. Of nothing, every part is nothing. */
export function times(ratio: Ratio, part: number, all: number): Ratio {
  if (all === 0) return { numerator: 0n, denominator: 1n };
  return { numerator: ratio.numerator * BigInt(part), denominator: ratio.denominator * BigInt(all) };
}

/** The sum of two fractions. */
export function plus(a: Ratio, b: Ratio): Ratio {
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

const hundredPercent = 100_000_000;

/** @param rate percent as a decimal string of at most six places: `10`, `2.5`, `0.000001` */
export function percent(ratio: Ratio, rate: string): Ratio {
  const [units = '0', fraction = ''] = rate.split('.');
  return times(ratio, Number(units + fraction.padEnd(6, '0')), hundredPercent);
}

/** The one rounding of all money: half up to the minor unit, once, at the end. */
export function rounded({ numerator, denominator }: Ratio): number {
  return Number((numerator * 2n + denominator) / (denominator * 2n));
}

/** Whether a fraction is below a whole number. */
export function isBelow({ numerator, denominator }: Ratio, amount: number): boolean {
  return numerator < BigInt(amount) * denominator;
}
