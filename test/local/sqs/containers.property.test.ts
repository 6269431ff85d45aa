import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Deadline, DeadlineHeap } from '../../../local/sqs/engine/deadline-heap.ts';
import { Deque } from '../../../local/sqs/engine/deque.ts';

it('a heap gives deadlines in order, whichever of them were removed', () => {
  const times = fc.array(fc.record({ at: fc.nat(99), removed: fc.boolean() }), {
    minLength: 20,
    maxLength: 60,
  });
  fc.assert(
    fc.property(times, (items) => {
      const heap = new DeadlineHeap<number>();
      const deadlines = items.map(({ at }, index) => heap.push(at, index));
      deadlines.forEach((deadline, index) => {
        if (items[index]?.removed) heap.remove(deadline);
        if (items[index]?.removed) heap.remove(deadline);
      });
      const kept = deadlines.filter((_, index) => !items[index]?.removed);
      expect(heap.size).toBe(kept.length);
      expect(drain(heap)).toEqual(
        kept.sort((a, b) => a.at - b.at || a.item - b.item).map(({ item }) => item),
      );
    }),
  );
});

it('a deque does what an array does', () => {
  const steps = fc.array(
    fc.tuple(fc.constantFrom('push', 'shift', 'insert', 'forward', 'filter'), fc.nat()),
    {
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(steps, (actions) => {
      const deque = new Deque<number>();
      const model: number[] = [];
      for (const [action, value] of actions) {
        apply(deque, model, action, value);
        expect(deque.length).toBe(model.length);
        expect(model.map((_, index) => deque.at(index))).toEqual(model);
        expect(deque.at(model.length)).toBeUndefined();
      }
    }),
  );
});

it('a deque stays right when it trims its front', () => {
  const deque = new Deque<number>();
  for (let value = 0; value < 5000; value++) deque.push(value);
  for (let value = 0; value < 5000; value++) expect(deque.shift()).toBe(value);
  expect(deque.shift()).toBeUndefined();
});

function drain(heap: DeadlineHeap<number>): number[] {
  const items: number[] = [];
  for (let next: Deadline<number> | undefined = heap.peek(); next !== undefined; next = heap.peek()) {
    items.push(next.item);
    heap.remove(next);
  }
  return items;
}

function apply(deque: Deque<number>, model: number[], action: string, value: number): void {
  if (action === 'push') {
    deque.push(value);
    model.push(value);
  } else if (action === 'shift') {
    expect(deque.shift()).toBe(model.shift());
  } else if (action === 'insert') {
    const index = value % (model.length + 1);
    deque.insert(index, value);
    model.splice(index, 0, value);
  } else if (action === 'forward' && model.length > 0) {
    const index = value % model.length;
    deque.bringForward(index);
    [model[0], model[index]] = [model[index]!, model[0]!];
  } else if (action === 'filter') {
    deque.filter((item) => item % 2 === value % 2);
    model.splice(0, model.length, ...model.filter((item) => item % 2 === value % 2));
  }
}
