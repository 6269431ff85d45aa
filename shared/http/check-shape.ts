import { mostDepth, mostEntries } from '../contract/body-sizes.ts';
import { type Refusal, refuseField } from '../contract/problems.ts';

/**
 * Refuses JSON that is nested too deep or too wide to be looked at field by field, and the one name that is no field of an
 * object but its prototype. It goes level by level, so that no depth is too much for it.
 */
export function checkShape(value: unknown): Refusal | undefined {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > mostDepth) return refuseField('body', `must not be nested deeper than ${mostDepth} levels`);
    const inner: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      const names = Object.keys(one);
      if (names.length > mostEntries)
        return refuseField('body', `must not have more than ${mostEntries} entries`);
      if (Object.hasOwn(one, '__proto__')) return refuseField('__proto__', 'is not a known field');
      for (const name of names) inner.push((one as Record<string, unknown>)[name]);
    }
    level = inner;
  }
  return undefined;
}
