/** What came back from a provider: its status and JSON, or nothing that can be relied on. */
export type ProviderResponse =
  | { readonly answered: true; readonly status: number; readonly body: unknown }
  | { readonly answered: false };

/** A request to a provider. */
export interface ProviderRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
}

/**
 * Calls a provider once: no redirect is followed, nothing is tried again, and the time includes reading the answer.
 * `body` is undefined where the answer is empty; an answer that is not JSON counts as none.
 */
export async function callProvider(request: ProviderRequest): Promise<ProviderResponse> {
  const { url, method, headers, body, timeoutMs } = request;
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    return {
      answered: true,
      status: response.status,
      body: text.trim() === '' ? undefined : JSON.parse(text),
    };
  } catch {
    return { answered: false };
  }
}
