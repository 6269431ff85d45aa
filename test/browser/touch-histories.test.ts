import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideTouch, type Memory, readTouch, type Touch, writeTouch } from '../../browser/touch.ts';

const hour = 3_600_000;
const start = 1_800_000_000_000;

type Place = 'localStorage' | 'cookie';

/** What may happen to a browser between two visits. */
type Happening =
  | { readonly what: 'visit'; readonly by?: string }
  | { readonly what: 'wait'; readonly hours: number }
  | { readonly what: 'lose' | 'garble' | 'block' | 'unblock'; readonly place: Place };

const place = fc.constantFrom<Place>('localStorage', 'cookie');
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('visit' as const),
      by: fc.constantFrom('alice', 'bob', 'carol'),
    }),
  },
  fc.record({ what: fc.constant('visit' as const) }),
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 100 }) }),
  },
  fc.record({
    what: fc.constantFrom('lose' as const, 'garble' as const, 'block' as const, 'unblock' as const),
    place,
  }),
);
const memories = fc.constantFrom<Memory>(
  { model: 'first', window: 168 * hour },
  { model: 'last', window: 168 * hour },
);

/** A browser with two places that get lost, are garbled or blocked, and the snippet's way of using them. */
class Browser {
  now = start;
  readonly memory: Memory;
  private readonly kept = new Map<Place, string>();
  private readonly blocked = new Set<Place>();

  constructor(memory: Memory) {
    this.memory = memory;
  }

  get copies(): (Touch | undefined)[] {
    const places: Place[] = ['localStorage', 'cookie'];
    return places.map((one) => (this.blocked.has(one) ? undefined : readTouch(this.kept.get(one) ?? '')));
  }

  /** Of the places that can be read and are whole. */
  get hasAll(): boolean {
    return this.copies.every((copy) => copy !== undefined);
  }

  suffer(what: 'lose' | 'garble' | 'block' | 'unblock', which: Place): void {
    if (what === 'block') this.blocked.add(which);
    if (what === 'unblock') this.blocked.delete(which);
    if (what === 'lose') this.kept.delete(which);
    const text = this.kept.get(which);
    if (what === 'garble' && text !== undefined) this.kept.set(which, `%${text.slice(0, 14)}`);
  }

  visit(code: string | undefined): Touch | undefined {
    const arrived = code === undefined ? undefined : readTouch(`?plusone_code=${code}`, this.now);
    const touch = decideTouch(this.copies, arrived, this.memory, this.now);
    for (const one of ['localStorage', 'cookie'] as const) {
      if (touch && !this.blocked.has(one)) this.kept.set(one, writeTouch(touch));
    }
    return touch;
  }
}

/** What the documentation says, for a browser that never forgets. */
function documented(
  standing: Touch | undefined,
  code: string | undefined,
  { model, window }: Memory,
  now: number,
) {
  const live = standing !== undefined && now - standing.at <= window ? standing : undefined;
  if (code === undefined) return live;
  if (live === undefined) return { referralCode: code, at: now };
  return model === 'first' || live.referralCode === code ? live : { referralCode: code, at: now };
}

describe('whatever happens to the browser', () => {
  it('keeps the documented touch as long as one copy is left at every moment', () => {
    fc.assert(
      fc.property(memories, fc.array(happening, { maxLength: 40 }), (memory, happenings) => {
        const browser = new Browser(memory);
        let standing: Touch | undefined;
        for (const one of happenings) {
          if (one.what === 'wait') browser.now += one.hours * hour;
          else if (one.what === 'visit') {
            standing = documented(standing, one.by, memory, browser.now);
            expect(browser.visit(one.by)).toEqual(standing);
          } else if (one.what === 'lose' || one.what === 'garble') {
            if (browser.hasAll) browser.suffer(one.what, one.place);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('never tells of a link that was not opened, or longer ago than the window, and gives one at most', () => {
    fc.assert(
      fc.property(memories, fc.array(happening, { maxLength: 40 }), (memory, happenings) => {
        const browser = new Browser(memory);
        const opened: Touch[] = [];
        for (const one of happenings) {
          if (one.what === 'wait') browser.now += one.hours * hour;
          else if (one.what !== 'visit') browser.suffer(one.what, one.place);
          else {
            if (one.by !== undefined) opened.push({ referralCode: one.by, at: browser.now });
            const touch = browser.visit(one.by);
            if (touch === undefined) expect(one.by).toBeUndefined();
            else {
              expect(opened).toContainEqual(touch);
              expect(browser.now - touch.at).toBeLessThanOrEqual(memory.window);
            }
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});
