import type { Queue } from '../engine/queue.ts';
import { unknownAttribute } from '../engine/queue-settings.ts';
import { SqsError } from '../engine/sqs-error.ts';
import type { Action, ActionContext } from './action.ts';
import { type Input, optionalText, optionalWithin, text, textMap, texts } from './input.ts';

const OPTIONAL_ATTRIBUTES = [
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
];
const FIFO_ATTRIBUTES = [
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
];

/** The actions on queues. */
export const queueActions: Readonly<Record<string, Action>> = {
  CreateQueue: (input, context) => {
    const { queues } = context.engine;
    const tags = textMap(input, 'tags');
    return {
      QueueUrl: urlOf(context, queues.create(text(input, 'QueueName'), textMap(input, 'Attributes'), tags)),
    };
  },

  DeleteQueue: (input, { engine }) => {
    engine.deleteQueue({ queueUrl: text(input, 'QueueUrl') });
    return {};
  },

  GetQueueUrl: (input, context) => {
    const queue = context.engine.queues.resolve({ queueName: text(input, 'QueueName') });
    return { QueueUrl: urlOf(context, queue) };
  },

  ListQueues: (input, context) => {
    const queues = context.engine.queues.list(optionalText(input, 'QueueNamePrefix'));
    const { page, next } = paginate(input, queues);
    return page.length === 0 ? {} : { QueueUrls: page.map((queue) => urlOf(context, queue)), ...next };
  },

  ListDeadLetterSourceQueues: (input, context) => {
    const sources = context.engine.queues.sourcesOf(queueOf(input, context));
    const { page, next } = paginate(input, sources);
    return { queueUrls: page.map((queue) => urlOf(context, queue)), ...next };
  },

  GetQueueAttributes: (input, context) => {
    const all = context.engine.queues.describe(queueOf(input, context));
    const wanted = texts(input, 'AttributeNames');
    for (const name of wanted) {
      if (name !== 'All' && !(name in all) && !canBeAbsent(name)) throw unknownAttribute(name);
    }
    const found = Object.entries(all).filter(([name]) => wanted.includes('All') || wanted.includes(name));
    return found.length === 0 ? {} : { Attributes: Object.fromEntries(found) };
  },

  SetQueueAttributes: (input, context) => {
    context.engine.queues.setAttributes(queueOf(input, context), textMap(input, 'Attributes'));
    return {};
  },

  PurgeQueue: (input, context) => {
    context.engine.queues.purge(queueOf(input, context));
    return {};
  },

  TagQueue: (input, context) => {
    context.engine.queues.changeTags(queueOf(input, context), textMap(input, 'Tags'));
    return {};
  },

  UntagQueue: (input, context) => {
    context.engine.queues.changeTags(queueOf(input, context), {}, texts(input, 'TagKeys'));
    return {};
  },

  ListQueueTags: (input, context) => {
    const { tags } = queueOf(input, context).definition;
    return Object.keys(tags).length === 0 ? {} : { Tags: tags };
  },
};

function queueOf(input: Input, { engine }: ActionContext): Queue {
  return engine.queues.resolve({ queueUrl: text(input, 'QueueUrl') });
}

function urlOf({ engine, baseUrl }: ActionContext, queue: Queue): string {
  return baseUrl + engine.queues.pathOf(queue);
}

function canBeAbsent(name: string): boolean {
  return OPTIONAL_ATTRIBUTES.includes(name) || FIFO_ATTRIBUTES.includes(name);
}

function paginate(input: Input, queues: readonly Queue[]) {
  const limit = optionalWithin(input, 'MaxResults', 1, 1000);
  const after = readToken(optionalText(input, 'NextToken'));
  const rest = after === undefined ? queues : queues.filter((queue) => queue.name > after);
  const page = rest.slice(0, limit ?? 1000);
  const last = page.at(-1);
  const next =
    limit === undefined || last === undefined || page.length === rest.length
      ? {}
      : { NextToken: Buffer.from(last.name).toString('base64') };
  return { page, next };
}

function readToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const name = Buffer.from(token, 'base64').toString();
  if (!/^[\w.-]+$/.test(name))
    throw new SqsError('InvalidParameterValueException', 'Invalid or expired next token.');
  return name;
}
