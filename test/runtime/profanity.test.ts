import { describe, expect, it } from 'vitest';
import { isProfane } from '../../shared/runtime/profanity.ts';

describe('isProfane', () => {
  it.each(['fuck', 'FUCK-10', 'sh1t'])('hears %s', async (word) => expect(await isProfane(word)).toBe(true));
  it.each(['alice', 'summer-sale', 'scunthorpe', 'class-of-2026', 'k7m2qxw9'])(
    'leaves %s alone',
    async (word) => expect(await isProfane(word)).toBe(false),
  );
});
