import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BusEvent } from './bus-event.ts';

const LOG_GROUP = /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)/;

/** True for the ARN of a log group. */
export const isLogGroup = (arn: string): boolean => LOG_GROUP.test(arn);

/** Appends the event as a line to the log group's file of a folder. */
export const appendToLogGroup = async (folder: string, arn: string, event: BusEvent): Promise<void> => {
  const name = LOG_GROUP.exec(arn)?.[1] ?? 'events';
  const file = join(folder, `${name.replace(/[^\w.-]+/g, '_').replace(/^[_.]+/, '')}.log`);
  await mkdir(dirname(file), { recursive: true });
  await appendFile(file, `${JSON.stringify(event)}\n`);
};
