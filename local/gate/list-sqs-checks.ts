import { type AccessCheck, checkOf } from './access-check.ts';
import { type Fields, textOf } from './read-fields.ts';

const decodeSourceArn = (taskHandle: string): string | undefined =>
  /arn:aws:sqs:[\w-]*:\d*:[\w.-]+/.exec(Buffer.from(taskHandle, 'base64').toString('utf8'))?.[0];

const QUEUE_OF_MOVE = ['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];

/** Moving messages also needs what the move does: read and delete at its source, send to its destination. */
const checkMove = (source: string, destination: string): readonly AccessCheck[] => [
  ...QUEUE_OF_MOVE.map((operation) => checkOf(`sqs:${operation}`, source)),
  ...(destination === '' ? [] : [checkOf('sqs:SendMessage', destination)]),
];

/** What a call of SQS needs to be allowed; a batch needs what its single call needs. */
export const listSqsChecks = (operation: string, body: Fields, arnPrefix: string): readonly AccessCheck[] => {
  const source = textOf(body['SourceArn']) || decodeSourceArn(textOf(body['TaskHandle']));
  if (operation === 'StartMessageMoveTask') return checkMove(source ?? '*', textOf(body['DestinationArn']));
  const name = textOf(body['QueueUrl']).split('/').at(-1) || textOf(body['QueueName']) || '*';
  return [checkOf(`sqs:${operation.replace(/Batch$/, '')}`, source ?? `${arnPrefix}${name}`)];
};
