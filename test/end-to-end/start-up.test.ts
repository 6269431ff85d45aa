import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { boot } from '../../local/boot.ts';
import { runMain } from './support/child-stack.ts';
import { startStack, type TestStack } from './support/start-stack.ts';

let stack: TestStack;
let folder: string;

beforeAll(async () => {
  stack = await startStack();
  folder = mkdtempSync(join(tmpdir(), 'plusone-start-'));
});
afterAll(async () => {
  await stack?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Makes a folder with these files. */
function makeFolder(name: string, files: Readonly<Record<string, string>> = {}): string {
  const dir = join(folder, name);
  mkdirSync(dir);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, file), text);
  return dir;
}

/** Starts the stack in vain. @returns the one line that says why */
async function refusalOf(args: readonly string[]): Promise<string> {
  const { code, signal, stderr } = await runMain(args).exited;
  expect([code, signal, stderr]).toEqual([1, null, expect.any(String)]);
  const lines = stderr.split('\n').filter((line) => line !== '');
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

const withTemplate = (...args: string[]): string[] => ['--template', inject('cloudAssembly'), ...args];

describe('a start that cannot be', () => {
  it('names the port that is taken', async () => {
    const server: Server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const data = join(folder, 'port');
    expect(await refusalOf(withTemplate('--port', String(port), '--data', data))).toContain(
      `Port ${port} is in use`,
    );
    expect(existsSync(data)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
  });

  it('refuses a data folder of another version, and touches nothing', async () => {
    const data = makeFolder('other-version', { 'version.json': '{"format":999}\n' });
    const line = await refusalOf(withTemplate('--port', '0', '--data', data));
    expect(line).toContain(`${data} is of version 999`);
    expect(line).toContain('--fresh');
    expect(readFileSync(join(data, 'version.json'), 'utf8')).toBe('{"format":999}\n');
  });

  it('refuses a data folder in use, even to empty it', async () => {
    const line = await refusalOf(withTemplate('--port', '0', '--data', stack.dataDir, '--fresh'));
    expect(line).toContain(`${stack.dataDir} is in use by process ${process.pid}`);
    expect((await stack.call('GET', '/health')).status).toBe(200);
    expect((await stack.call('GET', '/v1/programs')).status).toBe(200);
  });

  it('refuses a folder with other things in it, even to empty it', async () => {
    const data = makeFolder('photos', { 'holiday.jpg': 'x' });
    const line = await refusalOf(withTemplate('--port', '0', '--data', data, '--fresh'));
    expect(line).toContain(`${data} is not empty and no data folder`);
    expect(existsSync(join(data, 'holiday.jpg'))).toBe(true);
  });

  it('refuses options that it does not know', async () => {
    expect(await refusalOf(['--prot', '0'])).toContain("'--prot'");
  });

  it('refuses a template folder that holds none', async () => {
    const template = makeFolder('no-template');
    const data = join(folder, 'unused');
    const line = await refusalOf(['--port', '0', '--data', data, '--template', template]);
    expect(line).toContain(template);
    expect(line).toMatch(/no cloud assembly/i);
  });

  it('says how to get a database engine where there is none', async () => {
    const dataDir = join(folder, 'no-engine');
    const path = process.env['PATH'];
    process.env['PATH'] = makeFolder('empty-path');
    try {
      const start = boot({
        cdkOutDir: inject('cloudAssembly'),
        dataDir,
        port: 0,
        projectFile: join(makeFolder('elsewhere'), 'package.json'),
      });
      await expect(start).rejects.toThrow(/^No DynamoDB engine found: run "npm install[^\n]*$/);
    } finally {
      process.env['PATH'] = path;
    }
    expect(existsSync(join(dataDir, 'running.pid'))).toBe(false);
  });

  it('names a database that does not answer', async () => {
    const line = await refusalOf(
      withTemplate('--port', '0', '--data', join(folder, 'far'), '--dynamodb-url', 'http://127.0.0.1:9'),
    );
    expect(line).toContain('No DynamoDB answers at http://127.0.0.1:9');
  });
});

describe('--help', () => {
  it('tells of every option and starts nothing', async () => {
    const { code, stdout } = await runMain(['--help']).exited;
    expect(code).toBe(0);
    const options = [
      '--port',
      '--data',
      '--fresh',
      '--template',
      '--dynamodb-url',
      '--cors-origin',
      '--watch',
    ];
    for (const option of [...options, 'HOOKS_ALLOW_LOOPBACK=1']) expect(stdout).toContain(option);
  });
});
