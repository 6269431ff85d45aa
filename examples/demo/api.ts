import { Agent, request as send } from 'node:http';
import { Plusone } from 'plusone-client';

/** A running stack, as its `stack.json` describes it. */
export interface Stack {
  readonly apiUrl: string;
  readonly redirectUrl: string;
  readonly apiKey: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Those who take part in a story, seen from the stack. */
export interface Api {
  /** The customer's backend. What fails, throws. */
  readonly backend: Plusone['orThrow'];
  /** Opens a link as a visitor would. */
  visit(code: string, method: string, headers: Record<string, string>): Promise<Answer>;
  close(): void;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

function call(url: string, method: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = send(url, { method, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.on('error', reject);
    request.end();
  });
}

/** Opens a stack to a backend and its visitors. Whoever is told "too busy" asks again. */
export function openApi(stack: Stack): Api {
  return {
    backend: new Plusone({ baseUrl: stack.apiUrl, apiKey: stack.apiKey, retries: 8 }).orThrow,
    async visit(code, method, headers) {
      for (let attempt = 0; ; attempt++) {
        const answer = await call(`${stack.redirectUrl}/r/${code}`, method, headers);
        if ((answer.status !== 429 && answer.status !== 503) || attempt === 8) return answer;
        await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** attempt));
      }
    },
    close: () => agent.destroy(),
  };
}
