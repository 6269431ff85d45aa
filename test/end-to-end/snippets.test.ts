import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectDir } from './support/project-dir.ts';
import { startStack, type TestStack } from './support/start-stack.ts';
import { processed } from './support/story.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const body = '{"type":"reward.created","data":{"name":"Zoë"}}';

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.end());

function isThere(tool: string, ...argument: string[]): boolean {
  try {
    execFileSync(tool, argument, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

interface Snippet {
  readonly name: string;
  readonly compile?: readonly string[];
  readonly command: readonly string[];
  readonly there: boolean;
}

interface Run {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a snippet as its reader does, with a text on its standard input. */
function run(command: readonly string[], input = ''): Promise<Run> {
  const [tool = '', ...rest] = command;
  const env = {
    ...process.env,
    PLUSONE_URL: stack.apiUrl,
    PLUSONE_KEY: stack.apiKey,
    PLUSONE_SECRET: secret,
  };
  const child = spawn(tool, rest, { cwd: join(projectDir, 'docs/snippets'), env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  child.stdin.end(input);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

const built = mkdtempSync(join(tmpdir(), 'plusone-snippets-'));

/** What runs a snippet, what has to be there for it, and, where it is compiled, what compiles it once for all runs. */
const snippets: readonly Snippet[] = [
  {
    name: 'curl',
    command: ['bash', 'referral.sh'],
    there: isThere('curl', '-V') && isThere('openssl', 'version'),
  },
  { name: 'python', command: ['python3', 'referral.py'], there: isThere('python3', '-V') },
  {
    name: 'go',
    compile: ['go', 'build', '-o', join(built, 'referral'), 'referral.go'],
    command: [join(built, 'referral')],
    there: isThere('go', 'version'),
  },
  {
    name: 'java',
    compile: ['javac', '-d', built, 'Referral.java'],
    command: ['java', '-cp', built, 'Referral'],
    there: isThere('javac', '-version'),
  },
  {
    name: 'php',
    command: ['php', 'referral.php'],
    there: isThere('php', '-r', 'exit(+!function_exists("curl_init"));'),
  },
];

describe.each(snippets)('$name', ({ name, compile, command, there }) => {
  const whereThere = it.skipIf(!there);
  beforeAll(async () => {
    if (there && compile !== undefined) expect(await run(compile)).toMatchObject({ code: 0 });
  }, 600_000);

  whereThere('makes a link, signs up, reports an order and reads a balance', async () => {
    const { code, output } = await run(command);
    expect(code, output).toBe(0);
    expect(output).toContain(`/r/alice-by-${name}`);
    expect(output).toContain('completed');
    expect(output).toContain('balances');
    const { entries } = await processed(stack, `order-by-${name}`);
    expect(entries).toMatchObject([{ userId: 'alice', amount: 490 }]);
  });

  whereThere('knows a webhook by its signature', async () => {
    const verify = (given: string, { id = 'msg_1', age = 0, signedBy = [secret] } = {}) => {
      const at = new Date(Date.now() - age * 1000);
      const signatures = signedBy.map((one) => new Webhook(one).sign('msg_1', at, body)).join(' ');
      const timestamp = String(Math.floor(at.getTime() / 1000));
      return run([...command, 'verify', id, timestamp, signatures], given).then((result) => result.code);
    };
    const other = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
    expect(await verify(body)).toBe(0);
    expect(await verify(body, { signedBy: [other, secret] })).toBe(0);
    expect(await verify(`${body} `)).toBe(1);
    expect(await verify(body, { id: 'msg_2' })).toBe(1);
    expect(await verify(body, { signedBy: [other] })).toBe(1);
    expect(await verify(body, { age: 310 })).toBe(1);
  });
});
