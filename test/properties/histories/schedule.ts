import type { Gate } from './kill-switch.ts';

interface Lane {
  readonly waiting: (() => Promise<void>)[];
  done: boolean;
}

/**
 * Runs tasks at once, one AWS call at a time, in an order that the picks decide. The same picks give the same
 * interleaving, so that a race that fails once fails again, and shrinks.
 *
 * @param picks which of the waiting calls goes next; after the last one they begin anew
 */
export async function interleave<Value>(
  tasks: readonly ((gate: Gate) => Promise<Value>)[],
  picks: readonly number[],
): Promise<Value[]> {
  const lanes: Lane[] = [];
  const results = tasks.map(async (task) => {
    const lane: Lane = { waiting: [], done: false };
    lanes.push(lane);
    try {
      return await task(gateOf(lane));
    } finally {
      lane.done = true;
    }
  });
  const settled = Promise.allSettled(results);
  for (let turn = 0; ; turn++) {
    await quiet(lanes);
    const waiting = lanes.flatMap((lane) => lane.waiting.map((go) => ({ lane, go })));
    if (waiting.length === 0) break;
    const next = waiting[(picks[turn % Math.max(1, picks.length)] ?? 0) % waiting.length];
    next?.lane.waiting.splice(next.lane.waiting.indexOf(next.go), 1);
    await next?.go();
  }
  await settled;
  return Promise.all(results);
}

function gateOf(lane: Lane): Gate {
  return {
    pass: <Value>(call: () => Promise<Value>) =>
      new Promise<Value>((resolve, reject) => {
        lane.waiting.push(() => call().then(resolve, reject));
      }),
  };
}

/** Waits until each task either wants to make a call or has ended. */
async function quiet(lanes: readonly Lane[]): Promise<void> {
  do {
    await new Promise((resolve) => setImmediate(resolve));
  } while (!lanes.every((lane) => lane.done || lane.waiting.length > 0));
}
