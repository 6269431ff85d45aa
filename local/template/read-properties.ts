/** An object of a template, its intrinsics resolved or not. */
export type Properties = Readonly<Record<string, unknown>>;

/** True for a plain JSON object. */
export const isRecord = (value: unknown): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value as an object, or an error that names the place. */
export const asRecord = (value: unknown, where: string): Properties => {
  if (isRecord(value)) return value;
  throw new Error(`${where}: expected an object, found ${JSON.stringify(value)}`);
};

/** Typed access to the resolved properties of one resource; every complaint names the resource and the path. */
export interface PropertyReader {
  text(name: string): string;
  optionalText(name: string): string | undefined;
  number(name: string, fallback: number): number;
  optionalNumber(name: string): number | undefined;
  flag(name: string, fallback: boolean): boolean;
  list(name: string): readonly unknown[];
  texts(name: string): readonly string[];
  /** The nested object; an absent one reads as empty. */
  nested(name: string): PropertyReader;
  nestedList(name: string): readonly PropertyReader[];
  has(name: string): boolean;
  readonly all: Properties;
}

const asText = (value: unknown, where: string): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${where}: expected text, found ${JSON.stringify(value)}`);
};

const asNumber = (value: unknown, where: string): number => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new Error(`${where}: expected a number, found ${JSON.stringify(value)}`);
};

const asFlag = (value: unknown, where: string): boolean => {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new Error(`${where}: expected true or false, found ${JSON.stringify(value)}`);
};

const asList = (value: unknown, where: string): readonly unknown[] => {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new Error(`${where}: expected a list, found ${JSON.stringify(value)}`);
};

/**
 * Reads properties with CloudFormation's leniency (a number or flag may be spelled as text).
 *
 * @param where the logical id, then the path inside the resource
 */
export const readProperties = (all: Properties, where: string): PropertyReader => {
  const at = (name: string) => `${where}.${name}`;
  const optional = <T>(name: string, read: (value: unknown, where: string) => T): T | undefined =>
    all[name] === undefined ? undefined : read(all[name], at(name));
  return {
    all,
    has: (name) => all[name] !== undefined,
    text: (name) => asText(all[name], at(name)),
    optionalText: (name) => optional(name, asText),
    number: (name, fallback) => optional(name, asNumber) ?? fallback,
    optionalNumber: (name) => optional(name, asNumber),
    flag: (name, fallback) => optional(name, asFlag) ?? fallback,
    list: (name) => asList(all[name], at(name)),
    texts: (name) => asList(all[name], at(name)).map((item) => asText(item, at(name))),
    nested: (name) => readProperties(asRecord(all[name] ?? {}, at(name)), at(name)),
    nestedList: (name) =>
      asList(all[name], at(name)).map((item, index) =>
        readProperties(asRecord(item, at(name)), `${at(name)}[${index}]`),
      ),
  };
};
