/**
 * The attributes of an image in which DynamoDB Local 3 writes an empty map as `{}`, where DynamoDB has `{"M":{}}`.
 *
 * @param attributes what a stream's record has as `NewImage` or `OldImage`
 * @returns the same attributes, with every value of a kind
 */
export function fillEmptyMaps(attributes: object): object {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, fillValue(value)]));
}

function fillValue(value: Readonly<Record<string, unknown>>): object {
  if (Object.keys(value).length === 0) return { M: {} };
  if (Array.isArray(value['L'])) return { L: value['L'].map(fillValue) };
  return value['M'] === undefined ? value : { M: fillEmptyMaps(value['M'] as object) };
}
