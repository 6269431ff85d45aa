import { type Fields, fieldsOf, textOf } from './read-fields.ts';

const EXPRESSIONS = ['ProjectionExpression', 'ConditionExpression', 'UpdateExpression', 'FilterExpression'];
const KEYWORDS = new Set(['SET', 'REMOVE', 'ADD', 'DELETE', 'AND', 'OR', 'NOT', 'BETWEEN', 'IN']);
/** A path of an expression or the name of a function; values have their colon in front. */
const PATH = /(:?)(#[\w-]+|[A-Za-z_]\w*)(?:\.#?[\w-]+|\[\d+\])*(\s*\()?/g;

const resolveName = (name: string, request: Fields): string =>
  name.startsWith('#') ? textOf(fieldsOf(request['ExpressionAttributeNames'])[name]) : name;

/** Top-level attributes that an expression of a request touches. */
const namesIn = (expression: string, request: Fields): readonly string[] =>
  [...expression.matchAll(PATH)].flatMap(([, colon, name = '', call]) => {
    const isAttribute = colon === '' && call === undefined && !KEYWORDS.has(name.toUpperCase());
    return isAttribute ? [resolveName(name, request)] : [];
  });

/** Top-level attributes that a request names: `dynamodb:Attributes`. */
export const readAttributeNames = (request: Fields): readonly string[] => {
  const inExpressions = [...EXPRESSIONS, 'KeyConditionExpression'].flatMap((field) =>
    namesIn(textOf(request[field]), request),
  );
  const inObjects = ['Item', 'Key'].flatMap((field) => Object.keys(fieldsOf(request[field])));
  return [...new Set([...inObjects, ...inExpressions])];
};

const EQUALITY = /(#[\w-]+|\b[A-Za-z_]\w*)\s*=\s*(:[\w-]+)|(:[\w-]+)\s*=\s*(#[\w-]+|[A-Za-z_]\w*)/g;

/** The value that a `KeyConditionExpression` asks an attribute to equal, as DynamoDB spells it. */
export const readKeyEquality = (request: Fields, attribute: string): unknown => {
  for (const [, name, value, valueFirst, nameSecond] of textOf(request['KeyConditionExpression']).matchAll(
    EQUALITY,
  )) {
    if (resolveName(name ?? nameSecond ?? '', request) !== attribute) continue;
    return fieldsOf(request['ExpressionAttributeValues'])[value ?? valueFirst ?? ''];
  }
  return undefined;
};
