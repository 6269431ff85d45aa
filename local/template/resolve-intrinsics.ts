import { isRecord, type Properties } from './read-properties.ts';

/** An intrinsic function of the template that has no value here. */
export class UnresolvedIntrinsic extends Error {
  readonly path: string;

  constructor(path: string, why: string) {
    super(`${path}: ${why}`);
    this.name = 'UnresolvedIntrinsic';
    this.path = path;
  }
}

/** Where intrinsics find their values; each returns undefined for a name that it does not know. */
export interface IntrinsicScope {
  readonly ref: (name: string) => unknown;
  readonly attribute: (logicalId: string, attribute: string) => unknown;
  /** The unresolved expression of a condition. */
  readonly condition: (name: string) => unknown;
  readonly mapping: (map: string, top: string, second: string) => unknown;
  /** Last word on every text that was put together, such as the URL of an API. */
  readonly finishText: (text: string) => string;
}

type Intrinsic = (argument: unknown, path: string, scope: IntrinsicScope) => unknown;

const fail = (path: string, why: string): never => {
  throw new UnresolvedIntrinsic(path, why);
};

const textOf = (value: unknown, path: string): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return fail(path, `expected text, found ${JSON.stringify(value)}`);
};

const listOf = (value: unknown, path: string, length?: number): readonly unknown[] => {
  if (Array.isArray(value) && (length === undefined || value.length === length)) return value;
  return fail(path, `expected a list${length ? ` of ${length}` : ''}, found ${JSON.stringify(value)}`);
};

const resolveRef: Intrinsic = (name, path, scope) => {
  if (name === 'AWS::NoValue') return undefined;
  return scope.ref(textOf(name, path)) ?? fail(path, `Ref ${String(name)} has no value`);
};

const resolveAttribute: Intrinsic = (argument, path, scope) => {
  const [logicalId = '', ...attribute] = Array.isArray(argument)
    ? argument.map((part) => textOf(resolveIntrinsics(part, path, scope), path))
    : textOf(argument, path).split('.');
  const value = scope.attribute(logicalId, attribute.join('.'));
  return value ?? fail(path, `Fn::GetAtt ${logicalId}.${attribute.join('.')} has no value`);
};

const resolveJoin: Intrinsic = (argument, path, scope) => {
  const [separator, parts] = listOf(argument, path, 2);
  const resolved = listOf(resolveIntrinsics(parts, path, scope), path);
  return scope.finishText(resolved.map((part) => textOf(part, path)).join(textOf(separator, path)));
};

const resolveSub: Intrinsic = (argument, path, scope) => {
  const [template, variables] = Array.isArray(argument) ? listOf(argument, path, 2) : [argument, {}];
  const named = isRecord(variables) ? variables : {};
  const text = textOf(template, path).replace(
    /\$\{(!?)([^}]*)\}/g,
    (_whole, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (Object.hasOwn(named, name)) return textOf(resolveIntrinsics(named[name], path, scope), path);
      const value = name.includes('.') ? resolveAttribute(name, path, scope) : resolveRef(name, path, scope);
      return textOf(value, path);
    },
  );
  return scope.finishText(text);
};

const resolveSelect: Intrinsic = (argument, path, scope) => {
  const [index, items] = listOf(resolveIntrinsics(argument, path, scope), path, 2);
  return listOf(items, path)[Number(index)] ?? fail(path, `Fn::Select finds nothing at ${String(index)}`);
};

const resolveSplit: Intrinsic = (argument, path, scope) => {
  const [separator, text] = listOf(resolveIntrinsics(argument, path, scope), path, 2);
  return textOf(text, path).split(textOf(separator, path));
};

const resolveIf: Intrinsic = (argument, path, scope) => {
  const [name, whenTrue, whenFalse] = listOf(argument, path, 3);
  return resolveIntrinsics(
    isConditionMet(textOf(name, path), path, scope) ? whenTrue : whenFalse,
    path,
    scope,
  );
};

const resolveFindInMap: Intrinsic = (argument, path, scope) => {
  const names = listOf(resolveIntrinsics(argument, path, scope), path).map((name) => textOf(name, path));
  const [map = '', top = '', second = ''] = names;
  return scope.mapping(map, top, second) ?? fail(path, `Fn::FindInMap finds no ${names.join('.')}`);
};

const truthOf = (value: unknown, path: string, scope: IntrinsicScope): boolean => {
  const resolved = resolveIntrinsics(value, path, scope);
  return resolved === true || resolved === 'true';
};

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: resolveRef,
  Condition: (name, path, scope) => isConditionMet(textOf(name, path), path, scope),
  'Fn::GetAtt': resolveAttribute,
  'Fn::Join': resolveJoin,
  'Fn::Sub': resolveSub,
  'Fn::Select': resolveSelect,
  'Fn::Split': resolveSplit,
  'Fn::If': resolveIf,
  'Fn::FindInMap': resolveFindInMap,
  'Fn::Base64': (argument, path, scope) =>
    Buffer.from(textOf(resolveIntrinsics(argument, path, scope), path)).toString('base64'),
  'Fn::Equals': (argument, path, scope) => {
    const [left, right] = listOf(resolveIntrinsics(argument, path, scope), path, 2);
    return String(left) === String(right);
  },
  'Fn::And': (argument, path, scope) => listOf(argument, path).every((part) => truthOf(part, path, scope)),
  'Fn::Or': (argument, path, scope) => listOf(argument, path).some((part) => truthOf(part, path, scope)),
  'Fn::Not': (argument, path, scope) => !truthOf(listOf(argument, path, 1)[0], path, scope),
};

/** Whether a condition of the template holds. */
export const isConditionMet = (name: string, path: string, scope: IntrinsicScope): boolean => {
  const expression = scope.condition(name) ?? fail(path, `there is no condition ${name}`);
  return truthOf(expression, `Conditions.${name}`, scope);
};

const resolveFields = (fields: Properties, path: string, scope: IntrinsicScope): Properties =>
  Object.fromEntries(
    Object.entries(fields)
      .map(([name, value]) => [name, resolveIntrinsics(value, `${path}.${name}`, scope)] as const)
      .filter(([, value]) => value !== undefined),
  );

/** `Condition` is also a key of policies, where its value is an object. */
const intrinsicOf = (name: string, argument: unknown): Intrinsic | undefined =>
  name === 'Condition' && typeof argument !== 'string' ? undefined : INTRINSICS[name];

/**
 * A value of the template with every intrinsic function replaced by what it stands for.
 *
 * @param path the logical id and the path inside it, for errors
 * @throws UnresolvedIntrinsic for what has no value
 */
export const resolveIntrinsics = (value: unknown, path: string, scope: IntrinsicScope): unknown => {
  if (Array.isArray(value)) {
    return value
      .map((item, index) => resolveIntrinsics(item, `${path}[${index}]`, scope))
      .filter((item) => item !== undefined);
  }
  if (typeof value === 'string' && value.includes('{{resolve:'))
    fail(path, 'dynamic references are not run here');
  if (!isRecord(value)) return value;
  const [only, ...others] = Object.entries(value);
  if (only === undefined || others.length > 0) return resolveFields(value, path, scope);
  const [name, argument] = only;
  const intrinsic = intrinsicOf(name, argument);
  if (intrinsic !== undefined) return intrinsic(argument, path, scope);
  if (name.startsWith('Fn::')) return fail(path, `${name} is not known here`);
  return resolveFields(value, path, scope);
};
