import type { RegExpMatcher } from 'obscenity';

let matcher: RegExpMatcher | undefined;

/**
 * Whether a word gives offence, look-alike spellings included. English only. The words take some ten milliseconds to
 * load, so they are loaded for the first code that is looked at.
 */
export async function isProfane(word: string): Promise<boolean> {
  matcher ??= await loadMatcher();
  return matcher.hasMatch(word);
}

async function loadMatcher(): Promise<RegExpMatcher> {
  const words = await import('obscenity');
  return new words.RegExpMatcher({
    ...words.englishDataset.build(),
    ...words.englishRecommendedTransformers,
  });
}
