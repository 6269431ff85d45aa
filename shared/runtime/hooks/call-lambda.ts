import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { HookCall, HookReply } from '../../usecases/hooks/ask-hook.ts';
import { requireEnvironment } from '../environment.ts';
import { type Posted, post } from './post.ts';

const mostAnswerBytes = 256 * 1024;

/**
 * Calls a hook that is a Lambda function, and waits for what it returns. The API is called directly: Lambda's client
 * would make each bundle that asks hooks half as large again.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 *
 * @param functionArn of a function that the deployment is allowed to call: the setting `hookFunctionArns`
 */
export async function callLambda(functionArn: string, call: HookCall): Promise<HookReply> {
  const url = endpointOf(functionArn);
  const signed = await sign(functionArn, url, call.body);
  return replyOf(
    await post({ url, headers: signed, body: call.body, timeoutMs: call.timeoutMs, mostAnswerBytes }),
  );
}

function endpointOf(functionArn: string): URL {
  const [, partition, , region] = functionArn.split(':');
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const own = process.env['AWS_ENDPOINT_URL_LAMBDA'] ?? process.env['AWS_ENDPOINT_URL'];
  const base = own ?? `https://lambda.${region}.${suffix}`;
  return new URL(`/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`, base);
}

/** Signed with the credentials that Lambda puts into a function's environment. */
async function sign(functionArn: string, url: URL, body: string): Promise<Record<string, string>> {
  const sessionToken = process.env['AWS_SESSION_TOKEN'];
  const signer = new SignatureV4({
    service: 'lambda',
    region: functionArn.split(':')[3] ?? '',
    credentials: {
      accessKeyId: requireEnvironment('AWS_ACCESS_KEY_ID'),
      secretAccessKey: requireEnvironment('AWS_SECRET_ACCESS_KEY'),
      ...(sessionToken !== undefined && { sessionToken }),
    },
    sha256: Sha256,
  });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: {
      host: url.host,
      'content-type': 'application/json',
      'x-amz-invocation-type': 'RequestResponse',
    },
    body,
  });
  return headers;
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

function replyOf(posted: Posted): HookReply {
  if ('failed' in posted) return { because: posted.failed, again: posted.failed === 'unreachable' };
  const { status, headers, body } = posted;
  if (status === 200) {
    // Thrown, timed out or crashed: the function ran, and the body is its error.
    return headers['x-amz-function-error'] === undefined ? { body } : { because: 'failed', again: true };
  }
  if (status === 403 || status === 404) return { because: 'not_granted', again: false };
  return status === 429 || status >= 500
    ? { because: 'failed', again: true }
    : { because: 'refused', again: false };
}
