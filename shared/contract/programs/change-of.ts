import * as z from 'zod';

type Shape = Record<string, z.ZodType>;

/** What a field is where it is given; null where it can be taken away, being optional or having a default. */
type FieldChange<Field> =
  Field extends z.ZodDefault<infer Inner extends z.ZodType>
    ? z.ZodNullable<ChangeOf<Inner>>
    : Field extends z.ZodOptional<infer Inner extends z.ZodType>
      ? z.ZodNullable<ChangeOf<Inner>>
      : ChangeOf<Field>;

type ChangeOf<Whole> =
  Whole extends z.ZodObject<infer Fields>
    ? z.ZodObject<
        { -readonly [Name in keyof Fields]: z.ZodOptional<FieldChange<Fields[Name]>> },
        z.core.$strict
      >
    : Whole extends z.ZodRecord<infer Key, infer Value>
      ? z.ZodRecord<Key & z.core.$partial, z.ZodNullable<ChangeOf<Value>>>
      : Whole;

/**
 * The form of a merge patch (RFC 7396) of what has another form: of objects, also within objects, any of the names; null
 * for what can be left out. Rules that look at several fields of an object are not held to: they are the whole's.
 */
export function changeOf<Fields extends Shape>(whole: z.ZodObject<Fields>): ChangeOf<z.ZodObject<Fields>> {
  return changeOfAny(whole) as ChangeOf<z.ZodObject<Fields>>;
}

/** What is made, so that a form that is used twice has one change, by one name. */
const made = new WeakMap<z.ZodObject, z.ZodObject>();

function changeOfAny(whole: z.ZodType): z.ZodType {
  if (whole instanceof z.ZodObject) {
    const change = made.get(whole) ?? changeOfObject(whole);
    made.set(whole, change);
    return change;
  }
  if (whole instanceof z.ZodRecord) {
    return z.partialRecord(
      whole.keyType as z.ZodString,
      changeOfAny(whole.valueType as z.ZodType).nullable(),
    );
  }
  return whole;
}

function changeOfObject(whole: z.ZodObject): z.ZodObject {
  const fields = Object.entries(whole.shape as Shape).map(([name, field]) => [name, fieldChange(field)]);
  const { id, description } = whole.meta() ?? {};
  return z.strictObject(Object.fromEntries(fields)).meta({
    ...(id !== undefined && { id: `${id}Change` }),
    ...(description !== undefined && { description }),
  });
}

function fieldChange(field: z.ZodType): z.ZodType {
  const isOptional = field instanceof z.ZodOptional || field instanceof z.ZodExactOptional;
  if (!isOptional && !(field instanceof z.ZodDefault)) return changeOfAny(field).optional();
  const changed = changeOfAny(field.unwrap() as z.ZodType)
    .nullable()
    .optional();
  const description = field.description;
  return description === undefined ? changed : changed.meta({ description });
}
