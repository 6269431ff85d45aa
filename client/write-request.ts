import type { Call } from './describe-call.ts';
import type { CallError } from './result.ts';

/** A request as it goes out, but for who asks. */
export interface Request {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Puts what a method was given where it belongs: the fields that the path names, and the rest into the body or query.
 *
 * @returns or the refusal of a field that no path can hold: `.` and `..` would lead to another route, also escaped
 */
export function writeRequest({ key }: Pick<Call, 'key'>, input: Fields = {}): Request | CallError {
  const [method = '', template = ''] = key.split(' ');
  const rest: Record<string, unknown> = { ...input };
  const steps = [...template.matchAll(/{(\w+)\+?}/g)].flatMap(([, name = '']) =>
    isStep(String(rest[name])) ? name : [],
  );
  if (steps.length > 0) return refusalOf(steps);
  const path = template.replace(/{(\w+)(\+?)}/g, (_, name: string, isMany: string) => {
    const text = String(rest[name]);
    delete rest[name];
    return isMany === '' ? encodeURIComponent(text) : text.split('/').map(encodeURIComponent).join('/');
  });
  if (method === 'POST' || method === 'PUT' || method === 'PATCH') {
    return { method, path, body: JSON.stringify(rest) };
  }
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(
    given.map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  return { method, path: query === '' ? path : `${path}?${query}` };
}

const isStep = (text: string): boolean => text.split('/').some((part) => part === '.' || part === '..');

/** As the service would refuse them. */
function refusalOf(fields: readonly string[]): CallError {
  const errors = fields.map((field) => ({ field, message: 'must not be . or .. alone' }));
  return { code: 'invalid_request', status: 0, title: 'A field is not of its form', errors };
}
