import { readState } from '../histories/state.ts';
import type { World } from '../histories/world.ts';

const drawnCode = /^[2-9b-z]{8}$/;

/** The whole table as lines that are the same for two runs that did the same: without drawn ids and codes. */
export async function snapshot(world: World): Promise<string[]> {
  const { byKey, links } = await readState(world);
  const drawn = links.map(({ code }) => code).filter((code) => drawnCode.test(code));
  // Tally notes have the last 18 characters of an id.
  const names = [...world.ulids, ...[...world.ulids].map((id) => id.slice(-18)), ...drawn];
  const lines = [...byKey.values()].map((item) => {
    // A key that is drawn anew leaves a record that opens nothing.
    if (item['type'] === 'apiKey') return 'an API key';
    return names.reduce((text, name) => text.replaceAll(name, 'drawn'), canonical(item));
  });
  return [
    ...lines.filter((line) => line !== 'an API key'),
    ...new Set(lines.filter((line) => line === 'an API key')),
  ].sort();
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, inner]) => `${name}:${canonical(inner)}`).join()}}`;
}
