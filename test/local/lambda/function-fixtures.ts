import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FunctionSpec } from '../../../local/deployment.ts';
import { createLambda, type Lambda, type LambdaOptions } from '../../../local/lambda/create-lambda.ts';
import type { FunctionLogLine } from '../../../local/lambda/function-journal.ts';
import type { InvokeResult } from '../../../local/lambda/invoke-result.ts';

const folders: string[] = [];

/** Writes a function's bundle to a folder of its own; `removeFixtures` takes all of them away. */
export function functionFixture(
  name: string,
  source: string,
  overrides: Partial<FunctionSpec> = {},
): FunctionSpec {
  const codeDir = mkdtempSync(path.join(tmpdir(), `function-${name}-`));
  folders.push(codeDir);
  writeFileSync(path.join(codeDir, 'index.js'), source);
  return {
    logicalId: name,
    name,
    arn: `arn:aws:lambda:eu-west-1:000000000000:function:${name}`,
    codeDir,
    handler: 'index.handler',
    runtime: 'nodejs22.x',
    memoryMb: 128,
    timeoutMs: 3_000,
    environment: {},
    roleArn: 'arn:aws:iam::000000000000:role/test',
    ...overrides,
  };
}

export function removeFixtures(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A runtime over the given functions, and the lines that it logs. */
export function startLambda(
  functions: readonly FunctionSpec[],
  options: Partial<LambdaOptions> = {},
): { readonly lambda: Lambda; readonly lines: FunctionLogLine[] } {
  const lines: FunctionLogLine[] = [];
  const lambda = createLambda({
    functions,
    gateUrl: 'http://127.0.0.1:9',
    accessKeyFor: (name) => `KEY-${name}`,
    log: (line) => lines.push(line),
    ...options,
  });
  return { lambda, lines };
}

/** The answer of a call that must have worked, parsed. */
export function answerOf(result: InvokeResult): unknown {
  if (!result.ok) throw new Error(`${result.error.errorType}: ${result.error.errorMessage}`);
  return JSON.parse(result.payload);
}

/** The error of a call that must have failed. */
export function errorOf(result: InvokeResult) {
  if (result.ok) throw new Error(`answered ${result.payload}`);
  return result.error;
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
