import { parseArgs } from 'node:util';
import { classifyVisit, visitWindow } from '../shared/domain/clicks/visit.ts';
import { isBotAgent } from '../shared/runtime/user-agent.ts';
import { type LogLine, readLog } from './demo/read-log.ts';

/** Who is behind each line of an access log: `npm run clicks:report -- --log FILE`. Nothing is stored. */
const { values } = parseArgs({
  options: { log: { type: 'string', default: 'examples/demo/sample-access.txt' } },
});
const { lines, unreadable } = await readLog(values.log).catch((error: unknown) => {
  console.error(`The log ${values.log} can't be read: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
});

function kindOf({ method, userAgent }: LogLine): string {
  return classifyVisit({ method, userAgent, purpose: [], isBotAgent: isBotAgent(userAgent) });
}

/** Visitors of a page within an hour of the log's time: the first visit is unique, the others are repeats. */
const seen = new Set<string>();
function isRepeat({ ip, userAgent, path, at }: LogLine): boolean {
  const visitor = JSON.stringify([ip, userAgent, path, visitWindow(at)]);
  if (seen.has(visitor)) return true;
  seen.add(visitor);
  return false;
}

const counts = new Map<string, number>();
const agents = new Map<string, Map<string, number>>();
for (const line of lines) {
  const kind = kindOf(line);
  const name = kind === 'human' && isRepeat(line) ? 'human, again within the hour' : kind;
  counts.set(name, (counts.get(name) ?? 0) + 1);
  const ofKind = agents.get(kind) ?? new Map<string, number>();
  ofKind.set(line.userAgent ?? '(none)', (ofKind.get(line.userAgent ?? '(none)') ?? 0) + 1);
  agents.set(kind, ofKind);
}

console.log(`${lines.length} visits, ${unreadable} lines that are none`);
for (const [name, count] of [...counts].sort(([, a], [, b]) => b - a)) {
  console.log(`${String(count).padStart(7)}  ${name}`);
}
for (const [kind, ofKind] of agents) {
  console.log(`\n${kind}: ${ofKind.size} user agents, most often`);
  for (const [agent, count] of [...ofKind].sort(([, a], [, b]) => b - a).slice(0, 5)) {
    console.log(`${String(count).padStart(7)}  ${agent.slice(0, 100)}`);
  }
}
