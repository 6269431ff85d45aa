import { ROOT_ACCESS_KEY } from '../gate/access-keys.ts';
import { AwsError } from '../services/aws-error.ts';

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** Engines want a signature's form; none checks it. */
const signedHeaders = (operation: string) => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': `DynamoDB_20120810.${operation}`,
  'x-amz-date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
  authorization: `AWS4-HMAC-SHA256 Credential=${ROOT_ACCESS_KEY}/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
});

/**
 * Calls an operation of DynamoDB without the weight of the SDK.
 *
 * @param signal ends the waiting for an answer
 * @throws AwsError of the code that DynamoDB answers
 */
export const callDynamodb = async (
  url: string,
  operation: string,
  body: Fields,
  signal?: AbortSignal,
): Promise<Fields> => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: signedHeaders(operation),
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  const parsed: unknown = await answer.json();
  const fields = isRecord(parsed) ? parsed : {};
  if (answer.ok) return fields;
  const code = String(fields['__type']).split('#').at(-1) ?? 'InternalFailure';
  throw new AwsError(code, String(fields['message'] ?? fields['Message']), answer.status);
};
