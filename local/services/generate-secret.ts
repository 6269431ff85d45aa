import type { SecretSpec } from '../deployment.ts';

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const BYTE_VALUES = 256;

/** Random bytes of a given number, such as `crypto.randomBytes`. */
export type RandomBytes = (length: number) => Uint8Array;

type Generation = NonNullable<SecretSpec['generate']>;

/** Bytes that would favour the first characters are thrown away. */
const pickCharacters = (alphabet: readonly string[], length: number, randomBytes: RandomBytes): string => {
  const fair = BYTE_VALUES - (BYTE_VALUES % alphabet.length);
  let picked = '';
  while (picked.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < fair && picked.length < length) picked += alphabet[byte % alphabet.length];
    }
  }
  return picked;
};

const generatePassword = (generate: Generation, randomBytes: RandomBytes): string => {
  const characters = generate.excludePunctuation ? ALPHANUMERIC : ALPHANUMERIC + PUNCTUATION;
  const alphabet = [...characters].filter((character) => !generate.excludeCharacters.includes(character));
  if (alphabet.length === 0) throw new Error('A secret excludes every character');
  return pickCharacters(alphabet, generate.length, randomBytes);
};

/** The first value of a secret, as CloudFormation would make it; undefined if it starts without one. */
export const generateSecret = (
  { generate, value }: SecretSpec,
  randomBytes: RandomBytes,
): string | undefined => {
  if (generate === undefined) return value;
  const password = generatePassword(generate, randomBytes);
  if (generate.key === undefined) return password;
  return JSON.stringify({ ...JSON.parse(generate.template ?? '{}'), [generate.key]: password });
};
