import * as z from 'zod';

export type Json = Record<string, unknown>;

/** What comes in, or what goes out: defaults and transforms make two forms of one schema. */
type Io = 'input' | 'output';

/** The schemas of a document while it is made. Those with an id stand once, among its components. */
export interface SchemaCollector {
  /** A schema as it stands in a request or an answer: named parts are references. */
  describe(schema: z.ZodType, io: Io): Json;
  /** The document with all its named schemas; what is named and differs between request and answer is told apart by name. */
  finish<D extends Json>(document: D, schemas: Json): D;
}

const component = '#/components/schemas/';
const incoming = new RegExp(`"${component}(\\w+)~input"`, 'g');

/** Collects the named schemas of everything that it describes. */
export function collectSchemas(): SchemaCollector {
  const named = { input: new Map<string, Json>(), output: new Map<string, Json>() };
  const described = { input: new Map<z.ZodType, Json>(), output: new Map<z.ZodType, Json>() };
  return {
    describe(schema, io) {
      const before = described[io].get(schema);
      if (before !== undefined) return before;
      const made = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: tidy });
      const suffix = io === 'input' ? '~input"' : '"';
      const text = JSON.stringify(made).replace(/"#\/\$defs\/(\w+)"/g, `"${component}$1${suffix}`);
      const { $schema: _, $defs = {}, ...rest } = JSON.parse(text) as Json & { $defs?: Record<string, Json> };
      for (const [name, definition] of Object.entries($defs)) named[io].set(name, withoutId(definition));
      described[io].set(schema, withoutId(rest));
      return withoutId(rest);
    },
    finish(document, schemas) {
      const different = namesThatDiffer(named);
      const nameOf = (name: string) => (different.has(name) ? `${name}Input` : name);
      const all = new Map([
        ...Object.entries(schemas),
        ...[...named.input].map(([name, schema]) => [nameOf(name), schema] as const),
        ...named.output,
      ]);
      const sorted = Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
      const whole = { ...document, components: { schemas: sorted, ...(document['components'] as Json) } };
      const text = JSON.stringify(whole).replace(incoming, (_, name) => `"${component}${nameOf(name)}"`);
      return JSON.parse(text);
    },
  };
}

/** Names whose schema is not the same in requests and answers, by itself or by what it refers to. */
function namesThatDiffer(named: Record<Io, Map<string, Json>>): ReadonlySet<string> {
  const different = new Set<string>();
  const references = (name: string) =>
    [...JSON.stringify(named.input.get(name)).matchAll(incoming)].map((match) => match[1] ?? '');
  const common = [...named.input.keys()].filter((name) => named.output.has(name));
  for (const name of common) {
    const text = JSON.stringify(named.input.get(name)).replaceAll('~input"', '"');
    if (text !== JSON.stringify(named.output.get(name))) different.add(name);
  }
  for (let before = -1; before !== different.size; ) {
    before = different.size;
    for (const name of common) {
      if (references(name).some((reference) => different.has(reference))) different.add(name);
    }
  }
  return different;
}

/** Leaves out what says nothing to readers, or would forbid answers to grow, and says how wide integers are. */
function tidy({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}) {
  const { def } = zodSchema._zod;
  if (def.type === 'object' && def.catchall === undefined) delete jsonSchema.additionalProperties;
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.type === 'integer') tidyInteger(jsonSchema);
  if ('example' in jsonSchema) {
    jsonSchema.examples = [jsonSchema['example']];
    delete jsonSchema['example'];
  }
}

function tidyInteger(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.maximum === undefined || schema.maximum >= 2 ** 31) schema.format = 'int64';
}

function withoutId({ id: _, ...schema }: Json): Json {
  return schema;
}
