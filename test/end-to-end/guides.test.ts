import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findFreePort } from '../../local/find-free-port.ts';
import { projectDir } from './support/project-dir.ts';
import { pointAt, programsOf, runShell, shellBlock, shellBlocks } from './support/shell-blocks.ts';
import { startStack } from './support/start-stack.ts';

const folder = 'docs/guides';
const index = readFileSync(join(projectDir, folder, 'README.md'), 'utf8');
const guides = [...index.matchAll(/\]\(([\w-]+\.md)\)/g)].map((match) => `${folder}/${match[1]}`);
const setUp = shellBlock(`${folder}/quickstart.md`, 'KEY=');

/** Commands of a guide, and what `# →` says that the last of them answers. */
interface Step {
  readonly commands: string;
  readonly answer: string;
}

function stepsOf(guide: string): Step[] {
  const script = shellBlocks(guide)
    .filter((block) => block !== setUp)
    .join('');
  const steps = [...script.matchAll(/([\s\S]*?)^# → (.+)\n/gm)];
  const told = steps.reduce((length, [whole]) => length + whole.length, 0);
  if (script.slice(told).trim() !== '')
    throw new Error(`${guide} does not say what its last command answers`);
  return steps.map(([, commands = '', answer = '']) => ({ commands, answer }));
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** A step that fails unless its last command answers as it should; one that only reads is asked until it does. */
function scriptOf({ commands, answer }: Step): string {
  const last = commands.search(/^(?:call|curl) (?![\s\S]*^(?:call|curl) )/m);
  const command = commands.slice(last);
  const tries = /\s-[dX]\b/.test(command) ? 1 : 60;
  return `${commands.slice(0, last)}
for try in $(seq ${tries}); do
out=$( ${command} )
case "$out" in *${quoted(answer)}*) break;; esac
[ $try -lt ${tries} ] || { printf 'Not in the answer: %s\\n%s\\n' ${quoted(answer)} "$out"; exit 1; }
sleep 0.2
done
`;
}

describe.each(guides)('%s', (guide) => {
  const steps = stepsOf(guide);

  it.runIf(steps.length > 0)('does what it says', async () => {
    const stack = await startStack({ variables: { HOOKS_ALLOW_LOOPBACK: '1' } });
    const folder = mkdtempSync(join(tmpdir(), 'plusone-guide-'));
    const port = String(await findFreePort());
    const here = (text: string): string => text.replaceAll('4747', port);
    try {
      symlinkSync(join(projectDir, 'node_modules'), join(folder, 'node_modules'));
      for (const [name, text] of programsOf(guide)) writeFileSync(join(folder, name), here(text));
      const script = pointAt(stack, setUp) + here(steps.map(scriptOf).join(''));
      await runShell(script, folder).catch(({ stdout, stderr }) => expect.fail(`${stdout}${stderr}`));
    } finally {
      await stack.end();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
