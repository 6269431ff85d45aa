/** An object of a request whose shape is not checked yet. */
export type Fields = Readonly<Record<string, unknown>>;

const NONE: Fields = {};

/** The value as an object; anything else reads as empty, since the backend is who complains. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : NONE;

/** The value as a list; anything else reads as empty. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The value as text; anything else reads as empty. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
