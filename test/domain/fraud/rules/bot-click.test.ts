import { describe, expect, it } from 'vitest';
import { botClick } from '../../../../shared/domain/fraud/rules/bot-click.ts';
import { now, observed } from '../signals.ts';

describe("a machine's click", () => {
  it('is found', () => {
    expect(observed(botClick, { click: { at: now - 60_000, kind: 'bot' } })).toEqual({});
    expect(observed(botClick, {})).toBeUndefined();
  });

  it.each(['human', 'scanner', 'prefetch', 'head'] as const)(
    'is not that of a %s, whose address people may have been handed',
    (kind) => {
      expect(observed(botClick, { click: { at: now - 60_000, kind } })).toBeUndefined();
    },
  );
});
