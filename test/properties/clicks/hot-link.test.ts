import { expect, it } from 'vitest';
import type { ArrivedVisit } from '../../../shared/domain/clicks/additions.ts';
import { addTotals, type ClickTotals, noClicks } from '../../../shared/domain/clicks/totals.ts';
import { type Visit, visitKinds } from '../../../shared/domain/clicks/visit.ts';
import { type CountClicksPorts, countClicks } from '../../../shared/usecases/clicks/count-clicks.ts';
import { recordVisit } from '../../../shared/usecases/clicks/record-visit.ts';
import { measureWrites } from '../../table/measure-writes.ts';
import { atOnce, linkOf, overviewOf, useTable } from '../../table/use-table.ts';

const world = useTable();
const visitsSent = Number(process.env['PLUSONE_CLICKS'] ?? 600);
const seed = Number(process.env['PLUSONE_CLICKS_SEED'] ?? Date.now() % 1_000_000);
/** A thousand clicks a second, over midnight. */
const start = Date.parse('2026-11-20T23:59:59Z');
const shards = 4;

/** Numbers below a limit, the same for the same seed (mulberry32). */
function chanceOf(from: number): (below: number) => number {
  let state = from;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
const chance = chanceOf(seed);

/** Follows a link as often as said, by people who come again and by machines; the stream is what was stored. */
async function hit(link: Parameters<typeof recordVisit>[1]): Promise<ArrivedVisit[]> {
  const stream: ArrivedVisit[] = [];
  const send = async (index: number): Promise<void> => {
    const kind = chance(4) === 0 ? (visitKinds[chance(visitKinds.length)] ?? 'bot') : 'human';
    const ports = {
      ...world.ports,
      now: () => start + index,
      storeVisit: async (visit: Visit, known: boolean) => {
        const stored = await world.ports.storeVisit(visit, known);
        stream.push({ visit, first: stored.first });
        return stored;
      },
    };
    const ip = `10.${chance(4)}.${chance(16)}.${chance(16)}`;
    await recordVisit(ports, link, { kind, ip, userAgent: 'Firefox', referrer: undefined });
  };
  for (let sent = 0; sent < visitsSent; sent += 50) {
    await atOnce(Math.min(50, visitsSent - sent), (index) => send(sent + index));
  }
  return stream;
}

/** What the totals must be, from the visits alone. */
function expected(stream: readonly ArrivedVisit[]): ClickTotals {
  const of = (kind: string) => stream.filter(({ visit }) => visit.kind === kind);
  const human = of('human').map(({ visit }) => visit);
  return {
    clicks: human.length,
    uniqueClicks: new Set(human.map(({ clickId }) => clickId)).size,
    botClicks: stream.length - human.length,
    scannerClicks: of('scanner').length,
    prefetchClicks: of('prefetch').length,
    headClicks: of('head').length,
  };
}

/** A function that dies before or after one in eight of its transactions. */
function dying(): CountClicksPorts {
  return {
    ...world.ports,
    countVisits: async (...given) => {
      const fate = chance(16);
      if (fate === 0) throw new Error('died before');
      const result = await world.ports.countVisits(...given);
      if (fate === 1) throw new Error('died after');
      return result;
    },
  };
}

/** Reads a shard as Lambda does: a batch comes again, whole or cut anew, until it succeeds, and now and then once more. */
async function readShard(records: readonly ArrivedVisit[]): Promise<void> {
  for (let next = 0; next < records.length; ) {
    const batch = records.slice(next, next + 1 + chance(400));
    const cut = chance(2) === 0 ? batch : batch.slice(0, 1 + chance(batch.length));
    const done = await countClicks(dying(), cut).then(
      () => true,
      () => false,
    );
    if (done && chance(4) > 0) next += cut.length;
  }
}

it(`shows ${visitsSent} clicks of a hot link once, whatever is delivered again (seed ${seed})`, async () => {
  const link = await linkOf(world.ports, 'alice');
  const stream = await hit(link);
  expect(stream).toHaveLength(visitsSent);
  await atOnce(shards, (shard) => readShard(stream.filter((_, index) => index % shards === shard)));

  const totals = expected(stream);
  const days = await world.ports.listClickDays({ of: 'link', code: link.code }, '2026-11-20', '2026-11-21');
  expect((await world.ports.findLinkWithClicks(link.code))?.clicks).toEqual(totals);
  expect((await overviewOf(world.ports, 'alice')).clicks).toEqual(totals);
  expect(days.flatMap(({ hours }) => [...hours.values()]).reduce(addTotals, noClicks)).toEqual(totals);
  expect(days.map(({ day, hours }) => [day, ...hours.keys()])).toEqual([
    ['2026-11-20', 23],
    ...(visitsSent > 1_000 ? [['2026-11-21', 0]] : []),
  ]);
}, 600_000);

it('counts a hot second within its bound of write units', async () => {
  const link = await linkOf(world.ports, 'alice');
  const stream = (await hit(link)).filter(({ visit }) => visit.at < start + 1_000);
  const { units } = await measureWrites(world.table, async () => {
    for (let shard = 0; shard < shards; shard++) {
      await countClicks(
        world.ports,
        stream.filter((_, index) => index % shards === shard),
      );
    }
  });
  const bound = shards * 12 + 2 * Math.ceil((stream.length * 18) / 1024 + shards);
  expect(units.table).toBeLessThanOrEqual(bound);
}, 600_000);
