import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type AttributionSettings,
  attribute,
  type Carrier,
} from '../../../shared/domain/referrals/attribute.ts';

interface Example {
  readonly settings: AttributionSettings;
  readonly given: readonly { readonly by: Carrier; readonly of: string; readonly daysAgo?: number }[];
  readonly rule: string;
  readonly outcomes: readonly string[];
}

const page = readFileSync(new URL('../../../docs/attribution.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^([^\n]+:)\n\n```json\n(.*?)```/gms)].map(
  ([, title = '', json = '']) => [title, JSON.parse(json) as Example] as const,
);

describe('what docs/attribution.md shows', () => {
  it('is found', () => {
    expect(examples).toHaveLength(5);
  });

  it.each(examples)('%s', (_, { settings, given, rule, outcomes }) => {
    const at = Date.parse('2026-11-21T12:00:00.000Z');
    const candidates = given.map(({ by, of, daysAgo }) => ({
      ...{ by, code: `of-${of}`, referrerId: of },
      ...(daysAgo !== undefined && {
        clickId: `clk_${of}`,
        at: new Date(at - daysAgo * 86_400_000).toISOString(),
      }),
    }));
    const decision = attribute(candidates, { refereeId: 'bob', at }, settings);
    expect(decision.rule).toBe(rule);
    expect(decision.candidates.map((one) => `${one.by} of ${one.referrerId}: ${one.outcome}`)).toEqual(
      outcomes,
    );
  });
});
