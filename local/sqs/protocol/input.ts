import { invalidParameter, missingParameter, SqsError } from '../engine/sqs-error.ts';

/** The JSON object of a request, or one inside it. */
export type Input = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A string that may be absent. */
export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrongType(name);
  return value;
}

/** A string that must be there and not empty. */
export function text(input: Input, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === '') throw missingParameter(name);
  return value;
}

/** A whole number that may be absent. */
export function optionalInteger(input: Input, name: string): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(name);
  return value;
}

/** A whole number from `min` to `max` that may be absent. */
export function optionalWithin(input: Input, name: string, min: number, max: number): number | undefined {
  const value = optionalInteger(input, name);
  if (value === undefined || (value >= min && value <= max)) return value;
  throw invalidParameter(value, name, `Must be between ${min} and ${max}, if provided.`);
}

/** A duration that the wire has in seconds, in ms. */
export function optionalMs(input: Input, name: string): number | undefined {
  const seconds = optionalInteger(input, name);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** A list of strings; empty if absent. */
export function texts(input: Input, name: string): string[] {
  return list(input, name).map((item) => {
    if (typeof item !== 'string') throw wrongType(name);
    return item;
  });
}

/** A map from string to string; empty if absent. */
export function textMap(input: Input, name: string): Record<string, string> {
  const entries = Object.keys(map(input, name)).map((key) => [
    key,
    optionalText(map(input, name), key) ?? '',
  ]);
  return Object.fromEntries(entries);
}

/** A map; empty if absent. */
export function map(input: Input, name: string): Input {
  const value = input[name] ?? {};
  if (!isObject(value)) throw wrongType(name);
  return value;
}

/** A list; empty if absent. */
export function list(input: Input, name: string): readonly unknown[] {
  const value = input[name] ?? [];
  if (!Array.isArray(value)) throw wrongType(name);
  return value;
}

function wrongType(name: string): SqsError {
  return new SqsError('SerializationException', `${name} has a value of the wrong type.`);
}
