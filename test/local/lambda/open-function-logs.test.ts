import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openFunctionLogs } from '../../../local/lambda/open-function-logs.ts';

it('appends the lines of each function to a file of its own', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'logs-'));
  for (const round of ['1', '2']) {
    const logs = openFunctionLogs(path.join(dir, 'logs'));
    logs.log({ functionName: 'a', text: `first ${round}` });
    logs.log({ functionName: 'b', text: `other ${round}` });
    logs.log({ functionName: 'a', text: `second ${round}` });
    await logs.close();
  }
  expect(readFileSync(path.join(dir, 'logs/a.log'), 'utf8')).toBe('first 1\nsecond 1\nfirst 2\nsecond 2\n');
  expect(readFileSync(path.join(dir, 'logs/b.log'), 'utf8')).toBe('other 1\nother 2\n');
  rmSync(dir, { recursive: true });
});
