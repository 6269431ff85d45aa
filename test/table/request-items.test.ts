import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { functions } from '../../infra/functions.ts';
import { requestItems } from '../../shared/table/request-items.ts';
import { answerOnce, type Done, heldMs } from '../../shared/usecases/requests/answer-once.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, codeOf, useTable } from './use-table.ts';

const world = useTable();
const start = 1_800_000_000_000;

function requests(clock = { now: start }) {
  const notKept: unknown[] = [];
  const ports = {
    ...requestItems(world.table),
    now: () => clock.now,
    random: (bytes: number) => randomBytes(bytes),
    answerNotKept: (error: unknown) => void notKept.push(error),
  };
  return { clock, ports, notKept };
}

const asked = { id: 'one', fingerprint: 'this' };
const done = (answer: string): Done<string> => ({ answer, sealed: Buffer.from(answer) });
const textOf = (outcome: object): string =>
  'sealed' in outcome ? Buffer.from(outcome.sealed as Uint8Array).toString() : codeOf(outcome);

it('works once, and keeps the answer', async () => {
  const { ports } = requests();
  expect(await answerOnce(ports, asked, async () => done('made'))).toEqual({ answer: 'made' });
  const repeat = await answerOnce(ports, asked, async () => expect.fail('It was done'));
  expect(textOf(repeat)).toBe('made');
  expect(codeOf(await answerOnce(ports, { ...asked, fingerprint: 'that' }, async () => done('')))).toBe(
    'idempotency_key_reused',
  );
});

it('lets one of many work, and tells the others when to come again', async () => {
  const { ports, clock } = requests();
  let working = 0;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const first = answerOnce(ports, asked, async () => {
    working += 1;
    await finished;
    return done('made');
  });
  while (working === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const others = await atOnce(10, () => answerOnce(ports, asked, async () => done('again')));
  for (const other of others) {
    expect(other).toMatchObject({ refused: 'idempotency_in_flight', retryAfter: 1 });
  }
  clock.now += 10_000;
  expect(await answerOnce(ports, asked, async () => done('again'))).toMatchObject({ retryAfter: 20 });
  finish();
  expect(await first).toEqual({ answer: 'made' });
});

it('goes on with the first time where its holder died, and lets one of many do so', async () => {
  const { ports, clock } = requests();
  await ports.beginRequest({ ...asked, at: start, holder: 'dead', heldUntil: start + heldMs });
  clock.now += heldMs + 1;
  const works: [number, boolean][] = [];
  const outcomes = await atOnce(10, () =>
    answerOnce(ports, asked, async ({ at }, isRepeat) => {
      works.push([at, isRepeat]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return done('made');
    }),
  );
  expect(works).toEqual([[start, true]]);
  const codes = outcomes.filter((outcome) => 'refused' in outcome).map(codeOf);
  expect(codes).toEqual(Array(9).fill('idempotency_in_flight'));
});

it('takes nothing from whoever has taken it over', async () => {
  const { ports, clock } = requests();
  const slow = answerOnce(ports, asked, async () => {
    // As if it had slept beyond its hold.
    clock.now += heldMs + 1;
    await answerOnce(ports, asked, async () => done('of the second'));
    return done('of the first');
  });
  expect(await slow).toEqual({ answer: 'of the first' });
  expect(textOf(await answerOnce(ports, asked, async () => done('')))).toBe('of the second');
});

it.each([
  ['threw', async () => Promise.reject(new Error('lost'))],
  ['has an answer that is not to be kept', async () => ({ answer: 'busy', sealed: undefined })],
])('lets the next one go on at once where the first %s', async (_, work) => {
  const { ports } = requests();
  await answerOnce(ports, asked, work as () => Promise<Done<string>>).catch(() => undefined);
  const again = await answerOnce(ports, asked, async ({ at }, isRepeat) => done(`${at} ${isRepeat}`));
  expect(again).toEqual({ answer: `${start} true` });
});

it('answers also where the answer cannot be kept, and tells of it', async () => {
  const { ports, notKept } = requests();
  const failing = { ...ports, keepAnswer: () => Promise.reject(new Error('throttled')) };
  expect(await answerOnce(failing, asked, async () => done('made'))).toEqual({ answer: 'made' });
  expect(notKept).toHaveLength(1);
});

it.each([
  [100, 2],
  [3_000, 5],
])('costs of an answer of %i bytes %i WRU', async (bytes, expected) => {
  const { ports } = requests();
  const { units } = await measureWrites(world.table, () =>
    answerOnce(ports, asked, async () => ({ answer: '', sealed: randomBytes(bytes) })),
  );
  expect(units).toEqual({ table: expected, lists: 0 });
});

it('holds a request longer than any function that answers one may run', () => {
  const answering = Object.values(functions).filter(({ trigger }) => trigger === 'request');
  const longest = Math.max(...answering.map(({ timeoutSeconds }) => timeoutSeconds));
  expect(longest * 1000).toBeLessThan(heldMs);
});
