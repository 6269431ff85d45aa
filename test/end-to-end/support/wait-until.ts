const firstPauseMs = 15;
const longestPauseMs = 250;

/** Asks again, less and less often, until there is an answer, and gives it. @throws when the deadline passes */
export async function waitUntil<Value>(
  what: string,
  ask: () => Promise<Value | undefined | false> | Value | undefined | false,
  deadlineMs = 15_000,
): Promise<Value> {
  const until = performance.now() + deadlineMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
    const value = await ask();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > until) throw new Error(`Not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
