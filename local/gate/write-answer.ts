import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { AwsError } from '../services/aws-error.ts';
import type { ServiceName } from './read-call.ts';

const CORAL = 'com.amazon.coral';

/** Where the errors that all services share are declared. */
const COMMON_NAMESPACES: Readonly<Record<string, string>> = {
  AccessDeniedException: `${CORAL}.service`,
  UnknownOperationException: `${CORAL}.service`,
  UnrecognizedClientException: `${CORAL}.service`,
  MissingAuthenticationTokenException: `${CORAL}.service`,
  SerializationException: `${CORAL}.service`,
  InternalFailure: `${CORAL}.service`,
  ValidationException: `${CORAL}.validate`,
  ThrottlingException: `${CORAL}.availability`,
};

const OWN_NAMESPACES: Readonly<Partial<Record<ServiceName, string>>> = {
  dynamodb: 'com.amazonaws.dynamodb.v20120810',
  streams: 'com.amazonaws.dynamodb.v20120810',
  sqs: 'com.amazonaws.sqs',
};

/** SQS still tells the codes of its old protocol, and the SDK goes by them. */
const SQS_QUERY_CODES: Readonly<Record<string, string>> = { AccessDeniedException: 'AccessDenied' };

const CAPITAL_MESSAGE = new Set(['AccessDeniedException', 'TransactionCanceledException']);

const typeOf = (service: ServiceName | undefined, code: string): string => {
  const isAmazonJson11 = service === 'secretsmanager' || service === 'events';
  if (isAmazonJson11) return code;
  const namespace = COMMON_NAMESPACES[code] ?? (service && OWN_NAMESPACES[service]) ?? `${CORAL}.service`;
  return `${namespace}#${code}`;
};

const contentType = (service: ServiceName | undefined): string =>
  `application/x-amz-json-${service === 'secretsmanager' || service === 'events' ? '1.1' : '1.0'}`;

/** Answers as an AWS JSON service does. */
export const writeAnswer = (
  response: ServerResponse,
  service: ServiceName | undefined,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void => {
  if (response.headersSent) response.destroy();
  if (response.destroyed) return;
  const text = JSON.stringify(body ?? {});
  response.writeHead(status, {
    'content-type': contentType(service),
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  response.end(text);
};

/** Answers in text and headers of its own. */
export const writeText = (
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>>,
): void => {
  if (response.destroyed) return;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  response.end(text);
};

/** Answers an error in the service's own shape, so that the SDK throws the exception of that name. */
export const writeError = (
  response: ServerResponse,
  service: ServiceName | undefined,
  error: AwsError,
): void => {
  const { code, message, status, fields } = error;
  if (service === 'lambda' || service === 'ses') {
    const text = JSON.stringify({ Type: status < 500 ? 'User' : 'Service', Message: message, message });
    writeText(response, status, text, { 'x-amzn-errortype': code });
    return;
  }
  const isCapital = service === 'secretsmanager' || service === 'events' || CAPITAL_MESSAGE.has(code);
  const body = { __type: typeOf(service, code), ...fields, [isCapital ? 'Message' : 'message']: message };
  const headers: Record<string, string> =
    service === 'sqs' ? { 'x-amzn-query-error': `${SQS_QUERY_CODES[code] ?? code};Sender` } : {};
  writeAnswer(response, service, status, body, headers);
};
