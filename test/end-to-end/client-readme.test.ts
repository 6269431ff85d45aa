import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectDir } from './support/project-dir.ts';
import { startStack, type TestStack } from './support/start-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.end());

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** What stands around the examples: a page's own server, and a webhook that comes in. */
function around(examples: string): string {
  const body = '{"type":"reward.created","data":{"reward":{"amount":490}}}';
  const at = new Date();
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign('msg_1', at, body),
  };
  return `
const platformFetch = globalThis.fetch;
globalThis.fetch = async (url: any, init?: any) =>
  url === '/plusone-token' ? Response.json(await client.orThrow.tokens.create({ userId: 'alice' })) : platformFetch(url, init);
${examples}
const webhook = { method: 'POST', body: ${JSON.stringify(body)}, headers: ${JSON.stringify(headers)} };
console.log((await receive(new Request('http://shop/hook', webhook))).status);
console.log((await receive(new Request('http://shop/hook', { ...webhook, body: '{}' }))).status);
`;
}

it('does what its README shows, example by example', async () => {
  const readme = readFileSync(join(projectDir, 'client/README.md'), 'utf8');
  const examples = [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1]);
  expect(examples).toHaveLength(8);
  const script = join(mkdtempSync(join(tmpdir(), 'plusone-readme-')), 'examples.mts');
  writeFileSync(script, around(examples.join('\n')));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], {
    cwd: projectDir,
    env: {
      ...process.env,
      PLUSONE_URL: stack.description.apiUrl,
      PLUSONE_KEY: stack.description.apiKey,
      PLUSONE_SECRET: secret,
    },
  });
  const lines = stdout.trim().split('\n');
  expect(lines[0]).toMatch(/^to share: http.*\/r\/alice-rocks$/);
  expect(lines).toEqual(
    expect.arrayContaining([
      'completed referrals: 1',
      'already referred: true',
      'active 1',
      'program_not_found | No such program',
      'image/svg+xml true',
      'by webhook: 490',
      '204',
      '400',
    ]),
  );
  expect(stdout).toMatch(/^(requested|insufficient_balance)$/m);
  expect(stdout).toMatch(/^\[/m);
});
