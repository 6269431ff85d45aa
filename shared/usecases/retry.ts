/**
 * Tries again what lost a race, with a growing pause of random length. Each lost race means that another writer
 * got on, so a few attempts are enough but for the worst crowds.
 *
 * @returns the attempt's value, or undefined when all attempts lost
 */
export async function whileContended<Value>(
  attempt: () => Promise<Value | 'again'>,
  options: {
    readonly attempts?: number;
    readonly pause?: (ms: number) => Promise<void>;
    readonly random?: () => number;
  } = {},
): Promise<Value | undefined> {
  const { attempts = 12, pause = sleep, random = Math.random } = options;
  for (let round = 0; round < attempts; round++) {
    const value = await attempt();
    if (value !== 'again') return value;
    await pause(random() * Math.min(400, 5 * 2 ** round));
  }
  return undefined;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
