import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueSteps, type GrantedMilestone } from '../../../shared/domain/milestones/granted.ts';
import { hasReached, noProgress } from '../../../shared/domain/milestones/measure.ts';
import type { Milestone } from '../../../shared/domain/programs/program.ts';

const milestones: readonly Milestone[] = [2, 4, 6, 8].map((value, index) => ({
  milestoneId: `m${value}`,
  name: `M${value}`,
  kind: 'badge',
  threshold: { metric: 'completedReferrals', value },
  grant: 'claim',
  onReversal: index % 2 === 0 ? 'take_back' : 'keep',
}));
const completed = (count: number) => ({ ...noProgress, completed: count });

/** A store whose writes hold only where their reasons do, as those of the table. */
class Store {
  progress = 0;
  highest = 0;
  readonly granted = new Map<string, GrantedMilestone>();

  /** Does what somebody decided who had read this progress and these milestones. */
  write(seen: { progress: number; granted: readonly GrantedMilestone[] }): void {
    for (const due of dueSteps(milestones, seen.granted, completed(seen.progress))) {
      const terms = due.step === 'grant' ? due.milestone : due.granted.terms;
      const isReached = hasReached(completed(this.progress), terms.threshold);
      const mayStand = terms.onReversal === 'keep' || isReached;
      const now = this.granted.get(terms.milestoneId);
      if (due.step === 'grant') {
        if (now === undefined && mayStand)
          this.granted.set(terms.milestoneId, { terms, status: 'available', turn: 0 });
      } else if (now !== undefined && now.turn === due.granted.turn && now.status === due.granted.status) {
        const back = due.step === 'reverse';
        if (back !== isReached)
          this.granted.set(terms.milestoneId, {
            terms,
            status: back ? 'reversed' : 'available',
            turn: now.turn + 1,
          });
      }
    }
  }

  read() {
    return { progress: this.progress, granted: [...this.granted.values()] };
  }
}

const action = fc.oneof(
  fc.record({ kind: fc.constant('move' as const), by: fc.integer({ min: -3, max: 3 }) }),
  fc.record({ kind: fc.constant('read' as const) }),
  fc.record({ kind: fc.constant('write' as const), which: fc.nat(5) }),
  fc.record({ kind: fc.constant('claim' as const), which: fc.nat(3) }),
);

describe('milestones', () => {
  it('end right whatever the order of those who look at them, some with what they read long ago', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const store = new Store();
        const readers: ReturnType<Store['read']>[] = [];
        const claimed = new Set<string>();
        for (const one of actions) {
          if (one.kind === 'move') store.progress = Math.max(0, store.progress + one.by);
          if (one.kind === 'read') readers.push(store.read());
          if (one.kind === 'write') {
            const [seen] = readers.splice(one.which % Math.max(1, readers.length), 1);
            if (seen !== undefined) store.write(seen);
          }
          if (one.kind === 'claim') {
            const found = store.granted.get(milestones[one.which]?.milestoneId ?? '');
            if (found?.status === 'available') {
              claimed.add(found.terms.milestoneId);
              store.granted.set(found.terms.milestoneId, { ...found, status: 'claimed' });
            }
          }
        }
        // One asks after the last change of the progress; those who read before it may still write.
        store.write(store.read());
        for (const seen of readers) store.write(seen);
        for (const { milestoneId, onReversal, threshold } of milestones) {
          const status = store.granted.get(milestoneId)?.status;
          const isReached = hasReached(completed(store.progress), threshold);
          if (claimed.has(milestoneId)) expect(status).toBe('claimed');
          else if (isReached) expect(status).toBe('available');
          else if (onReversal === 'take_back') expect(['reversed', undefined]).toContain(status);
          else expect(['available', undefined]).toContain(status);
        }
        expect(dueSteps(milestones, store.read().granted, completed(store.progress))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('stand on the terms that they were granted with', () => {
    const [first] = milestones;
    if (first === undefined) throw new Error('There are milestones');
    const granted = [{ terms: first, status: 'available' as const, turn: 0 }];
    const harder = [{ ...first, threshold: { ...first.threshold, value: 50 } }];
    expect(dueSteps(harder, granted, completed(3))).toEqual([]);
    expect(dueSteps([], granted, completed(1))).toStrictEqual([{ step: 'reverse', granted: granted[0] }]);
  });

  it('are granted where they are reached, each once', () => {
    const steps = dueSteps(milestones, [], completed(4));
    expect(steps).toStrictEqual(milestones.slice(0, 2).map((milestone) => ({ step: 'grant', milestone })));
    const granted = milestones.slice(0, 2).map((terms) => ({ terms, status: 'available' as const, turn: 0 }));
    expect(dueSteps(milestones, granted, completed(4))).toStrictEqual([]);
  });

  it.each([
    ['take_back', 'available', 1, ['reverse']],
    ['take_back', 'available', 2, []],
    ['take_back', 'reversed', 1, []],
    ['take_back', 'reversed', 2, ['restore']],
    ['take_back', 'claimed', 1, []],
    ['keep', 'available', 1, []],
    ['keep', 'reversed', 2, []],
  ] as const)('to %s that are %s, with %d of 2: %j', (onReversal, status, count, steps) => {
    const terms = { ...(milestones[0] as Milestone), onReversal };
    const due = dueSteps([], [{ terms, status, turn: 3 }], completed(count));
    expect(due).toStrictEqual(steps.map((step) => ({ step, granted: { terms, status, turn: 3 } })));
  });
});
