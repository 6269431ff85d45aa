import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { costTable, monthLike, months } from '../../bench/costs/cost-table.ts';
import { costOf, countingPerClick, monthlyBill } from '../../bench/costs/monthly-bill.ts';
import { idle } from '../../bench/costs/prices.ts';
import { readMonths } from '../../bench/costs/read-months.ts';
import {
  countingWrites,
  mail,
  rewardedOrder,
  signUp,
  visit,
  webhookDelivery,
} from '../../bench/costs/units.ts';
import type { ArrivedVisit } from '../../shared/domain/clicks/additions.ts';
import { countClicks } from '../../shared/usecases/clicks/count-clicks.ts';
import { recordVisit } from '../../shared/usecases/clicks/record-visit.ts';
import { projectDir } from '../end-to-end/support/project-dir.ts';
import { measureWrites } from './measure-writes.ts';
import { join as bring, linkOf, process, report, testCost, useTable } from './use-table.ts';

const world = useTable();

async function writesOf(work: () => Promise<unknown>): Promise<number> {
  const { units } = await measureWrites(world.table, work);
  return units.table + units.lists;
}

/** Visits of so many links, each of a participant of its own, spread over so many seconds. */
function visitsOf(count: number, links: number, seconds: number): ArrivedVisit[] {
  return Array.from({ length: count }, (_, index) => ({
    first: true,
    visit: {
      visitId: String(index).padStart(26, '0'),
      clickId: `clk_${index}`,
      code: `code-${index % links}`,
      programId: 'default',
      userId: `user-${index % links}`,
      kind: 'human',
      at: 1_777_629_600_000 + (index % seconds) * 1000,
      visitorHash: 'x',
    },
  }));
}

describe('what a month costs is made of write units that', () => {
  testCost('a visit takes', async () => {
    const link = await linkOf(world.ports, 'alice');
    const visitor = { kind: 'human', ip: '203.0.113.7', userAgent: 'Firefox', referrer: undefined } as const;
    expect(await writesOf(() => recordVisit(world.ports, link, visitor))).toBe(visit.writes);
  });

  testCost('a sign-up takes', async () => {
    const link = await linkOf(world.ports, 'alice');
    expect(await writesOf(() => bring(world.ports, 'bob', link))).toBe(signUp.writes);
  });

  testCost('a rewarded order takes', async () => {
    await bring(world.ports, 'bob', await linkOf(world.ports, 'alice'));
    const order = { id: 'o-1', userId: 'bob', amount: 4900, currency: 'USD' };
    const units = await writesOf(async () => {
      await report(world.ports, order);
      await process(world.ports, 'o-1');
    });
    expect(units).toBe(rewardedOrder.writes);
  });

  testCost('an order beyond the limit takes: as what can never pay', async () => {
    await bring(world.ports, 'bob', await linkOf(world.ports, 'alice'));
    const orders = ['o-1', 'o-2', 'o-3', 'o-4'];
    for (const id of orders) {
      await report(world.ports, { id, userId: 'bob', orderId: id, amount: 4900, currency: 'USD' });
    }
    for (const id of orders.slice(0, 3)) await process(world.ports, id);
    expect(await writesOf(() => process(world.ports, 'o-4'))).toBe(1);
    expect((await world.ports.loadRefereeAccount('default', 'bob')).journal).toHaveLength(4);
  });

  for (const [visits, links, seconds] of [
    [1, 1, 1],
    [10, 4, 1],
    [30, 3, 10],
  ] as const) {
    testCost(`counting ${visits} visits of ${links} links in ${seconds} seconds takes`, async () => {
      const units = await writesOf(() => countClicks(world.ports, visitsOf(visits, links, seconds)));
      expect(units).toBe(countingWrites({ visits, seconds, links, participants: links, programs: 1 }));
    });
  }
});

describe('the bill of a month', () => {
  const month = monthLike({ clicks: 1e6 });

  it('stands in the guide as it is computed', () => {
    const guide = readFileSync(join(projectDir, 'docs/guides/costs.md'), 'utf8');
    expect(guide).toContain(`\n${costTable()}\n`);
  });

  it('is that of the tables by service', () => {
    const deploy = readFileSync(join(projectDir, 'docs/deploy.md'), 'utf8');
    for (const units of [visit, rewardedOrder]) {
      expect(deploy).toContain(`| **together** | **${(costOf(units) * 1e6).toFixed(2)}** |`);
    }
    expect(deploy).toContain(`So $${idle.toFixed(2)}, or`);
    const webhooks = readFileSync(join(projectDir, 'docs/webhooks.md'), 'utf8');
    expect(webhooks).toContain(`$${(costOf(webhookDelivery) * 1e6).toFixed(2)} a million`);
    const notifications = readFileSync(join(projectDir, 'docs/notifications.md'), 'utf8');
    expect(notifications).toContain(`SES ($100) | ${(costOf(mail) * 1e6).toFixed(0)} |`);
  });

  it('has numbers of one’s own where they are given, and the usual ones else', () => {
    expect(readMonths([])).toBe(months);
    expect(readMonths(['--clicks', '250,000'])).toEqual([['250,000 clicks', monthLike({ clicks: 250_000 })]]);
    const own = [
      '--clicks=250000',
      '--sign-ups=3',
      '--orders=0.5',
      '--links=7',
      '--endpoints=0',
      '--mails=0',
    ];
    const given = { clicks: 250_000, signUps: 7500, orders: 1250, links: 7, endpoints: 0, mailedPercent: 0 };
    expect(readMonths(own)).toEqual([['250,000 clicks', monthLike(given)]]);
    const { lines } = monthlyBill(monthLike(given));
    expect([lines.webhooks, lines.mails]).toEqual([0, 0]);
  });

  it.each([
    [['--orders', '3'], '--clicks is needed'],
    [['--clicks', 'many'], '--clicks takes a whole number'],
    [['--clicks', '10', '--sign-ups', '101'], '--sign-ups takes a number from 0 to 100'],
    [['--clicks', '10', '--hours', ''], '--hours takes'],
    [['--clik', '10'], '--clik'],
  ])('is not asked for by %j', (args, message) => expect(() => readMonths(args)).toThrow(message));

  it('adds up', () => {
    const { lines, total } = monthlyBill(month);
    expect(Object.values(lines).reduce((sum, line) => sum + line, 0)).toBeCloseTo(total, 2);
  });

  it('counts alone where clicks are rare, and cheaply where they are many, or one link has them all', () => {
    expect(countingPerClick({ ...month, clicks: 1000 })).toBeCloseTo(14, 6);
    expect(countingPerClick({ ...month, clicks: 1e9 })).toBeLessThan(countingPerClick(month));
    expect(countingPerClick({ ...month, clicks: 1e9, links: 1 })).toBeLessThan(0.06);
  });
});
