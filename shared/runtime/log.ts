/**
 * Writes one line of JSON to the function's log. Callers log ids, codes and counts: never a secret, an e-mail
 * address, an IP address or a request's body.
 */
export function log(
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  process.stdout.write(`${JSON.stringify({ level, message, ...fields })}\n`);
}

/** What of an error may be logged: its kind, text and place, not what it carries. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  return { error: error.name, detail: error.message, stack: error.stack?.split('\n').slice(1, 6) };
}

/** Writes metrics of the stage in CloudWatch's embedded format, which costs no call. */
export function recordMetrics(metrics: Readonly<Record<string, number>>): void {
  const names = Object.keys(metrics).map((Name) => ({ Name, Unit: 'Count' }));
  const _aws = {
    Timestamp: Date.now(),
    CloudWatchMetrics: [{ Namespace: 'Plusone', Dimensions: [['Stage']], Metrics: names }],
  };
  process.stdout.write(`${JSON.stringify({ _aws, Stage: process.env['STAGE'] ?? 'none', ...metrics })}\n`);
}
