/** A cell: a text, which is guarded, or a number of ours, which is written as it is (`-12.50` too). */
export type CsvCell = string | undefined | { readonly number: string | number };

/**
 * Writes rows as CSV (RFC 4180): CRLF after each, quotes where a cell needs them. A text that a spreadsheet would
 * take for a formula gets an apostrophe in front: those that begin with `=`, `+`, `-`, `@`, a tab or a line break
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function toCsv(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

function cellOf(cell: CsvCell): string {
  if (cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell.number);
  const guarded = /^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
