import { Agent, request as send } from 'node:http';

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

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

function call(url: string, method: string, headers: Record<string, string>, body?: string): Promise<Answer> {
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
    request.end(body);
  });
}

/** Calls the stack as the customer's backend would. An answer that says "too busy" is asked for again. */
export function openApi(stack: Stack) {
  const authorization = `Bearer ${stack.apiKey}`;
  const ask = async (method: string, path: string, input?: object): Promise<Answer> => {
    const body = input && JSON.stringify(input);
    for (let attempt = 0; ; attempt++) {
      const answer = await call(
        `${stack.apiUrl}${path}`,
        method,
        { authorization, 'content-type': 'application/json' },
        body,
      );
      if ((answer.status !== 429 && answer.status !== 503) || attempt === 8) return answer;
      await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** attempt));
    }
  };
  return {
    /** Sends and expects success. @throws with the problem's text otherwise */
    async expect<Body>(method: string, path: string, input?: object): Promise<Body> {
      const answer = await ask(method, path, input);
      if (answer.status >= 300)
        throw new Error(`${method} ${path} answered ${answer.status}: ${answer.body}`);
      return JSON.parse(answer.body) as Body;
    },
    /** Opens a link as a visitor would. */
    async visit(code: string, method: string, headers: Record<string, string>): Promise<Answer> {
      for (let attempt = 0; ; attempt++) {
        const answer = await call(`${stack.redirectUrl}/r/${code}`, method, headers);
        if ((answer.status !== 429 && answer.status !== 503) || attempt === 8) return answer;
        await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** attempt));
      }
    },
    close: () => agent.destroy(),
  };
}

export type Api = ReturnType<typeof openApi>;
