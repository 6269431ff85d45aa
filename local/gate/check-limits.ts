import { AwsError } from '../services/aws-error.ts';
import type { ServiceCall, ServiceName } from './read-call.ts';
import { fieldsOf, listOf, textOf } from './read-fields.ts';

const MAX_TRANSACTION_ITEMS = 100;
const MAX_EVENTS = 10;
const MAX_EVENTS_BYTES = 256 * 1024;
const MAX_DYNAMODB_BYTES = 16 * 1024 * 1024;

/** An event's time counts for as much, whatever it is. */
const TIME_BYTES = 14;

const tooMany = (field: string, most: number): AwsError =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${field}' failed to satisfy constraint: Member must have length less than or equal to ${most}`,
  );

const eventBytes = (entry: unknown): number => {
  const { Source, DetailType, Detail, Resources, Time } = fieldsOf(entry);
  const texts = [Source, DetailType, Detail, ...listOf(Resources)].map(textOf);
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : TIME_BYTES);
};

/** Bytes of a request that a service reads; undefined where the backend is who says so. */
export const maxRequestBytes = (service: ServiceName): number | undefined =>
  service === 'dynamodb' || service === 'streams' ? MAX_DYNAMODB_BYTES : undefined;

/**
 * Holds a call to the limits that AWS has and a backend may not.
 *
 * @throws AwsError
 */
export const checkLimits = ({ service, operation, body }: ServiceCall): void => {
  if (service === 'dynamodb' && operation.startsWith('Transact')) {
    if (listOf(body['TransactItems']).length > MAX_TRANSACTION_ITEMS) {
      throw tooMany('transactItems', MAX_TRANSACTION_ITEMS);
    }
  }
  if (service === 'events' && operation === 'PutEvents') {
    const entries = listOf(body['Entries']);
    if (entries.length > MAX_EVENTS) throw tooMany('entries', MAX_EVENTS);
    if (entries.reduce((sum: number, entry) => sum + eventBytes(entry), 0) > MAX_EVENTS_BYTES) {
      throw new AwsError(
        'ValidationException',
        'Total size of the entries in the request is over the limit.',
      );
    }
  }
};
