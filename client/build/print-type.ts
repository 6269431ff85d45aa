import * as z from 'zod';

/** JSON Schema as zod writes it. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: Schema;
  readonly additionalProperties?: boolean | Schema;
  readonly description?: string;
  readonly example?: unknown;
}

/** Whose words a type is: what goes in may have fields that are undefined, which JSON leaves out. */
type Side = 'input' | 'output';

/** Writes zod schemas out as TypeScript. Schemas with an id become named types, collected on the way. */
export class TypePrinter {
  /** Declarations of the named types, by name. */
  readonly named = new Map<string, string>();
  /** Ids of those that have another type on each side. */
  readonly #twoSided = new Set<string>();

  /** The type of some schemas together: of one object that has the fields of all. */
  print(schemas: readonly (z.ZodType | undefined)[], side: Side): string {
    const given = schemas
      .filter((schema) => schema !== undefined)
      .map((schema) => this.#toJsonSchema(schema, side));
    const types = given.filter(({ properties }) => properties === undefined);
    const fields = given.filter(({ properties }) => properties !== undefined);
    if (fields.length > 0) types.unshift(mergeObjects(fields));
    if (types.length === 0) return '{}';
    return types.map((schema) => this.#typeOf(schema, side)).join(' & ');
  }

  #toJsonSchema(schema: z.ZodType, side: Side): Schema {
    const { $defs, ...rest } = z.toJSONSchema(schema, { io: side, unrepresentable: 'any' }) as Schema;
    const definitions = Object.entries($defs ?? {});
    for (const [name, definition] of definitions) if (hasFields(definition)) this.#twoSided.add(name);
    for (const [name, definition] of definitions) {
      const ownName = this.#nameOn(side, name);
      const declared = `${comment(definition)}export type ${ownName} = ${this.#typeOf(definition, side)};`;
      const before = this.named.get(ownName);
      if (before !== undefined && before !== declared) throw new Error(`Two schemas have the id ${name}`);
      this.named.set(ownName, declared);
    }
    return rest;
  }

  #nameOn(side: Side, id: string): string {
    return side === 'input' && this.#twoSided.has(id) && !id.endsWith('Input') ? `${id}Input` : id;
  }

  #typeOf(schema: Schema, side: Side): string {
    if (schema.$ref !== undefined) return this.#nameOn(side, schema.$ref.replace('#/$defs/', ''));
    if ('const' in schema) return JSON.stringify(schema.const);
    if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
    const oneOf = schema.anyOf ?? schema.oneOf;
    if (oneOf) return [...new Set(oneOf.map((one) => this.#typeOf(one, side)))].join(' | ');
    if (schema.type === 'array') return arrayOf(this.#typeOf(schema.items ?? {}, side));
    if (schema.type === 'object') return this.#objectOf(schema, side);
    if (schema.type !== undefined) return [schema.type].flat().join(' | ').replaceAll('integer', 'number');
    return schema.allOf?.map((one) => `(${this.#typeOf(one, side)})`).join(' & ') ?? 'unknown';
  }

  #objectOf(schema: Schema, side: Side): string {
    const { properties, required = [], additionalProperties, propertyNames } = schema;
    const orUndefined = side === 'input' ? ' | undefined' : '';
    if (properties === undefined) {
      const values =
        typeof additionalProperties === 'object' ? this.#typeOf(additionalProperties, side) : 'unknown';
      if (propertyNames?.enum === undefined) return `{ [name: string]: ${values} }`;
      const names = this.#typeOf(propertyNames, side);
      return `{ [Name in ${names}]${required.length === 0 ? '?' : ''}: ${values}${orUndefined} }`;
    }
    const fields = Object.entries(properties).map(([name, field]) => {
      const type = this.#typeOf(field, side);
      if (required.includes(name)) return `${comment(field)}${name}: ${type};`;
      return `${comment(field)}${name}?: ${type}${orUndefined};`;
    });
    if (typeof additionalProperties === 'object') fields.push('[name: string]: unknown;');
    return `{\n${fields.join('\n')}\n}`;
  }
}

/** Whether a type has fields of its own or in others, which differ between the sides. */
const hasFields = (schema: Schema): boolean => /"(properties|\$ref)":/.test(JSON.stringify(schema));

const arrayOf = (type: string): string => (/^\w+$/.test(type) ? `${type}[]` : `(${type})[]`);

function mergeObjects(schemas: readonly Schema[]): Schema {
  return {
    type: 'object',
    properties: Object.assign({}, ...schemas.map(({ properties }) => properties)),
    required: schemas.flatMap(({ required }) => required ?? []),
  };
}

function comment({ description, example }: Schema): string {
  const lines = [description, example !== undefined && `@example ${JSON.stringify(example)}`];
  return docComment(lines.filter((line) => typeof line === 'string'));
}

/** A documentation comment of these paragraphs; nothing without any. */
export function docComment(paragraphs: readonly string[]): string {
  if (paragraphs.length === 0) return '';
  const [first = '', ...others] = paragraphs;
  if (others.length === 0) return `/** ${first.replaceAll('*/', '*\\/')} */\n`;
  const lines = paragraphs.join('\n\n').replaceAll('*/', '*\\/').split('\n');
  return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`;
}
