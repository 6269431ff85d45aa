import type { QueueSpec } from '../deployment.ts';
import type { SqsEngine } from '../sqs/engine/sqs-engine.ts';
import { startSqs } from '../sqs/start-sqs.ts';
import { deadLettersFirst, type Queues } from './queues.ts';

/** Starts the SQS engine of this stack, with its messages in a data folder. */
export async function openLocalQueues(dataDir: string): Promise<Queues> {
  const sqs = await startSqs({ dataDir });
  const { engine } = sqs;
  return {
    url: sqs.url,
    what: 'own engine',
    receive: (request) => engine.receive(request),
    deleteMessage: (request) => engine.deleteMessage(request),
    make: async (specs) => {
      for (const spec of deadLettersFirst(specs)) makeQueue(engine, spec);
    },
    send: async (queueArn, body) => {
      engine.send({ queueArn, body });
    },
    close: () => sqs.close(),
  };
}

function makeQueue({ queues }: SqsEngine, { name, attributes }: QueueSpec): void {
  const known = queues.find({ queueName: name });
  if (known === undefined) queues.create(name, attributes);
  else queues.setAttributes(known, attributes);
}
