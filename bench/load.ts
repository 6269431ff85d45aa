import { Agent, request } from 'node:http';

/** How long calls took, in ms, and how many went through in a second. */
export interface LoadResult {
  readonly calls: number;
  readonly failed: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends calls, so many at once, and measures them. */
export async function runLoad(baseUrl: string, calls: readonly Call[], atOnce: number): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const times: number[] = [];
  let next = 0;
  let failed = 0;
  const started = performance.now();
  const worker = async (): Promise<void> => {
    for (let call = calls[next++]; call !== undefined; call = calls[next++]) {
      const begun = performance.now();
      if ((await send(baseUrl, call, agent)) >= 400) failed++;
      times.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number): number => Math.round((times[Math.floor(times.length * share)] ?? 0) * 10) / 10;
  return {
    calls: calls.length,
    failed,
    perSecond: Math.round(calls.length / seconds),
    p50: at(0.5),
    p99: at(0.99),
  };
}

function send(baseUrl: string, { method, path, headers, body }: Call, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${baseUrl}${path}`, { method, headers, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
