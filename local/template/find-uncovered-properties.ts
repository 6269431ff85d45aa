import { isRecord } from './read-properties.ts';
import type { Coverage } from './resource-types.ts';

/** Paths of the properties that the coverage does not know, such as `Targets.InputTransformer`. */
export const findUncoveredProperties = (value: unknown, coverage: Coverage, path = ''): readonly string[] => {
  if (Array.isArray(value)) {
    return [...new Set(value.flatMap((item) => findUncoveredProperties(item, coverage, path)))];
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, nested]) => {
    const covered = Object.hasOwn(coverage, name) ? coverage[name] : undefined;
    const here = path === '' ? name : `${path}.${name}`;
    if (covered === undefined) return [here];
    return typeof covered === 'string' ? [] : findUncoveredProperties(nested, covered, here);
  });
};
