/** How many rewards an entry tries to move: all, then ever fewer, until one transaction takes what it changes. */
const tried = [undefined, 80, 40, 20, 10, 5, 2, 1] as const;

/**
 * Stores an entry with as many rewards as one transaction takes. What it leaves, it says, and further entries move.
 *
 * @param attempt is told how many rewards may move: all unless given
 * @throws where a transaction does not even take one
 */
export async function asMuchAsFits<Result>(
  attempt: (most: number | undefined) => Promise<Result | 'too_large'>,
): Promise<Result> {
  for (const most of tried) {
    const result = await attempt(most);
    if (result !== 'too_large') return result;
  }
  throw new Error('One reward changes more than a transaction takes');
}
