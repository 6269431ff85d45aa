import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { ownCredentials } from '../own-credentials.ts';

/** A call of an AWS API without its client, which would make a bundle half as large again. */
export interface AwsCall {
  /** As signatures name it, such as `lambda`. */
  readonly service: string;
  readonly region: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Where an API answers: its own address, unless the environment names another, as for the SDK. */
export function awsEndpoint(variable: string, host: string): string {
  const own = process.env[`AWS_ENDPOINT_URL_${variable}`] ?? process.env['AWS_ENDPOINT_URL'];
  return own ?? `https://${host}`;
}

/** The headers of a POST, signed with the credentials that Lambda puts into a function's environment. */
export async function signAwsCall(call: AwsCall): Promise<Record<string, string>> {
  const { service, region, url, body } = call;
  const signer = new SignatureV4({ service, region, credentials: ownCredentials(), sha256: Sha256 });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host, ...call.headers },
    body,
  });
  return headers;
}

/** What an API answered. */
export interface AwsAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const timeoutMs = 5_000;

/** Makes a call, once. @throws if no answer comes within five seconds */
export async function callAws(call: AwsCall): Promise<AwsAnswer> {
  const { host: _, ...headers } = await signAwsCall(call);
  const signal = AbortSignal.timeout(timeoutMs);
  const answer = await fetch(call.url, { method: 'POST', headers, body: call.body, signal });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

type SourceData = string | ArrayBuffer | ArrayBufferView;

/** Node's SHA-256 in the form that the signer takes. */
class Sha256 {
  readonly #secret: SourceData | undefined;
  #state: Hash | Hmac;

  constructor(secret?: SourceData) {
    this.#secret = secret;
    this.#state = this.#begin();
  }

  update(chunk: Uint8Array | string): void {
    this.#state.update(chunk);
  }

  async digest(): Promise<Uint8Array> {
    return this.#state.digest();
  }

  reset(): void {
    this.#state = this.#begin();
  }

  #begin(): Hash | Hmac {
    if (this.#secret === undefined) return createHash('sha256');
    return createHmac('sha256', bytesOf(this.#secret));
  }
}

function bytesOf(data: SourceData): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
