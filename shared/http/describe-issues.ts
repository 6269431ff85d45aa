import type * as z from 'zod';
import type { FieldError } from '../contract/problems.ts';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

const longestName = 200;
const noForm = 'is of none of the forms allowed here';

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'an integer',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
};

/** What a field should have been, where its schema does not say so itself. */
export function describeIssue(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return Array.isArray(issue['options']) ? `must be one of: ${issue['options'].join(', ')}` : noForm;
    case 'too_small':
      return `must ${sizeOf(issue.origin, `at least ${issue.minimum}`)}`;
    case 'too_big':
      return `must ${sizeOf(issue.origin, `at most ${issue.maximum}`)}`;
    default:
      return undefined;
  }
}

function sizeOf(origin: string, bound: string): string {
  if (origin === 'string') return `have ${bound} characters`;
  return origin === 'array' ? `have ${bound} ${bound.endsWith(' 1') ? 'entry' : 'entries'}` : `be ${bound}`;
}

/**
 * Names every field that is wrong, and says what it should have been.
 *
 * @param spellings how the caller spells fields of the first level, where not as the schema does
 */
export function describeIssues(
  issues: readonly Issue[],
  under: readonly PropertyKey[],
  spellings: ReadonlyMap<string, string>,
): FieldError[] {
  const nameOf = ([first, ...rest]: readonly PropertyKey[]): string =>
    first === undefined
      ? 'body'
      : [spellings.get(String(first)) ?? first, ...rest].map(String).join('.').slice(0, longestName);
  return issues.flatMap((issue): FieldError[] => {
    const path = [...under, ...issue.path];
    const say = (message: string): FieldError[] => [{ field: nameOf(path), message }];
    if (issue.code !== 'custom' && issue.code !== 'unrecognized_keys' && issue.input === undefined) {
      return say('is needed');
    }
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ field: nameOf([...path, key]), message: 'is not a known field' }));
    }
    if (issue.code === 'invalid_key') return say(`has a name that ${issue.issues[0]?.message}`);
    if (issue.code === 'invalid_union' && issue.message === noForm) {
      return describeIssues(closestBranch(issue.errors), path, spellings);
    }
    return say(issue.message);
  });
}

/** How an input is looked at so that what is wrong of it is told in these words. */
export const telling = { reportInput: true, error: describeIssue } as const;

/** Of the forms that an input may have, the one meant: it knows the input's fields, and is of its type. */
export function closestBranch(branches: readonly Issue[][]): readonly Issue[] {
  const distance = (issues: readonly Issue[]): number =>
    issues
      .filter((issue) => issue.path.length === 0)
      .reduce((sum, issue) => {
        if (issue.code === 'unrecognized_keys') return sum + issue.keys.length;
        return sum + (issue.code === 'invalid_type' ? 1000 : 0);
      }, 0);
  return [...branches].sort((a, b) => distance(a) - distance(b))[0] ?? [];
}
