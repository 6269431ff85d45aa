/** A bar on one line of the terminal, or a line at the end where there is no terminal. */
export function startProgress(label: string, total: number) {
  const started = Date.now();
  let done = 0;
  let shown = 0;
  const draw = (end: boolean): void => {
    const share = total === 0 ? 1 : done / total;
    const bar = '█'.repeat(Math.round(share * 24)).padEnd(24, '░');
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    const line = `${label.padEnd(12)} ${bar} ${done}/${total}  ${seconds} s`;
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[2K${line}${end ? '\n' : ''}`);
    else if (end) process.stdout.write(`${line}\n`);
  };
  return {
    step(): void {
      done++;
      if (Date.now() - shown > 100) {
        shown = Date.now();
        draw(false);
      }
    },
    end: () => draw(true),
  };
}

/** Works on all of the items, so many at once, with a bar. */
export async function forEachWithProgress<Item>(
  label: string,
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const progress = startProgress(label, items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      await work(items[index] as Item, index);
      progress.step();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  progress.end();
}
