import { englishDataset, englishRecommendedTransformers, RegExpMatcher } from 'obscenity';

const matcher = new RegExpMatcher({ ...englishDataset.build(), ...englishRecommendedTransformers });

/** Whether a word gives offence, look-alike spellings included. English only. */
export function isProfane(word: string): boolean {
  return matcher.hasMatch(word);
}
