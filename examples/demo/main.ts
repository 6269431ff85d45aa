import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openApi, type Stack } from './api.ts';
import { type Check, type Earnings, money, readUntilSettled } from './check.ts';
import { playStory } from './play.ts';
import { readLog } from './read-log.ts';
import { writeStory } from './story.ts';

const usage = `Plays a web server's access log (combined format) against a running stack.

  npm run demo -- [--log FILE] [--data DIR]

  --log FILE   the log; a small one comes along
  --data DIR   the data folder of the running stack, where its stack.json is (.plusone)`;

function readStack(dataDir: string): Stack {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'stack.json'), 'utf8')) as Stack;
  } catch {
    throw new Error(
      `No stack is running with the data folder ${dataDir}: start one with npm start, or name its folder with --data`,
    );
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      log: { type: 'string', default: join(import.meta.dirname, 'sample-access.txt') },
      data: { type: 'string', default: '.plusone' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const started = Date.now();
  const { lines, unreadable } = await readLog(values.log);
  if (lines.length === 0) throw new Error(`${values.log} has no line in combined log format`);
  const api = openApi(readStack(values.data));
  const story = writeStory(lines, started.toString(36));
  console.log(
    `${lines.length} visits to ${story.referrers.length} links, ${story.signUps.length} sign-ups\n`,
  );
  const rewardDelays = await playStory(api, lines, story);
  const { earnings, checks } = await readUntilSettled(api, story, lines.length);
  api.close();
  printEarnings(earnings);
  printChecks(checks, rewardDelays, Date.now() - started);
  if (unreadable > 0) console.log(`${unreadable} lines were not in combined format and were left out`);
  return checks.every((check) => check.holds) ? 0 : 1;
}

function printEarnings(earnings: readonly Earnings[]): void {
  console.log('\nreferrer                 shares          clicks unique   bots sign-ups rewards      earned');
  const busiest = [...earnings].sort((a, b) => balanceOf(b) - balanceOf(a));
  for (const one of busiest) {
    const { clicks, uniqueClicks, botClicks, referrals } = one.stats;
    const paid = one.rewards.filter((reward) => reward.amount !== undefined).length;
    console.log(
      [
        one.userId.padEnd(24),
        one.path.slice(0, 14).padEnd(14),
        ...[clicks, uniqueClicks, botClicks].map((count) => String(count).padStart(6)),
        String(referrals.completed).padStart(8),
        String(paid).padStart(7),
        money(balanceOf(one)).padStart(11),
      ].join(' '),
    );
  }
}

function balanceOf({ stats }: Earnings): number {
  return stats.balances.reduce((sum, balance) => sum + balance.pending + balance.available, 0);
}

function printChecks(checks: readonly Check[], delays: readonly number[], tookMs: number): void {
  console.log('');
  for (const { name, holds, detail } of checks)
    console.log(`${holds ? '✔' : '✘'} ${name.padEnd(32)} ${detail}`);
  const sorted = [...delays].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median !== undefined) {
    console.log(
      `  a reward is there ${median} ms after its order's 202 (median; at most ${sorted.at(-1)} ms; ${sorted.length} looked at)`,
    );
  }
  console.log(`  ${(tookMs / 1000).toFixed(1)} s in all`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
