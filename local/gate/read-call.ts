import type { IncomingHttpHeaders } from 'node:http';
import { AwsError, unknownOperation } from '../services/aws-error.ts';

/** The services that the gate stands in front of, by the name that IAM knows them by. */
export type ServiceName = 'dynamodb' | 'streams' | 'sqs' | 'secretsmanager' | 'events' | 'lambda' | 'ses';

/** One call of an AWS API. */
export interface ServiceCall {
  readonly service: ServiceName;
  readonly operation: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const SERVICES: Readonly<Record<string, ServiceName>> = {
  DynamoDB_20120810: 'dynamodb',
  DynamoDBStreams_20120810: 'streams',
  AmazonSQS: 'sqs',
  secretsmanager: 'secretsmanager',
  AWSEvents: 'events',
};

/** The one operation of Lambda that functions call; its API knows operations by their path. */
const INVOKE = /^POST \/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?|$)/;

/** The one operation of SES that functions call. */
const SEND_EMAIL = /^POST \/v2\/email\/outbound-emails(?:\?|$)/;

/**
 * Reads which operation a request is for.
 *
 * @throws AwsError if no service here has it
 */
export const readTarget = (
  headers: IncomingHttpHeaders,
  requestLine: string,
): Pick<ServiceCall, 'service' | 'operation'> => {
  const target = headers['x-amz-target'];
  if (target === undefined && INVOKE.test(requestLine)) {
    return { service: 'lambda', operation: 'InvokeFunction' };
  }
  if (target === undefined && SEND_EMAIL.test(requestLine)) return { service: 'ses', operation: 'SendEmail' };
  if (typeof target !== 'string') throw unknownOperation(requestLine);
  const [prefix = '', operation = ''] = target.split('.');
  const service = Object.hasOwn(SERVICES, prefix) ? SERVICES[prefix] : undefined;
  if (service === undefined || operation === '') throw unknownOperation(target);
  return { service, operation };
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A call of Lambda's `Invoke` in the words of its API; the payload stays text. */
export const readInvoke = (
  headers: IncomingHttpHeaders,
  requestLine: string,
  payload: Buffer,
): ServiceCall['body'] => ({
  FunctionName: decodeURIComponent(INVOKE.exec(requestLine)?.[1] ?? ''),
  InvocationType: String(headers['x-amz-invocation-type'] ?? 'RequestResponse'),
  Payload: payload.toString('utf8'),
});

/**
 * Parses the body of a call.
 *
 * @throws AwsError if it is no JSON object
 */
export const readBody = (body: Buffer): ServiceCall['body'] => {
  try {
    const parsed: unknown = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
    if (isRecord(parsed)) return parsed;
  } catch {
    // answered below
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object');
};
