import { SQS } from '@aws-sdk/client-sqs';

/** The real client, without retries so that every failure shows. */
export function makeClient(endpoint: string): SQS {
  return new SQS({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    maxAttempts: 1,
  });
}
