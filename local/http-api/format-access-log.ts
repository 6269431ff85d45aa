/** Values of `$context.` variables by name; absent ones are logged as `-`. */
export type AccessLogValues = Readonly<Record<string, string | number | undefined>>;

/**
 * Makes the writer of a stage's access log lines. Values are escaped for JSON strings, since formats are JSON
 * and a client chooses what its user agent is called.
 */
export function createAccessLogFormatter(format: string): (values: AccessLogValues) => string {
  const parts = format.split(/\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)/);
  return (values) => parts.map((part, i) => (i % 2 === 0 ? part : escapeValue(values[part]))).join('');
}

function escapeValue(value: string | number | undefined): string {
  if (value === undefined || value === '') return '-';
  return typeof value === 'number' ? String(value) : JSON.stringify(value).slice(1, -1);
}
