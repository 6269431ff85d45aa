import { expect, it } from 'vitest';
import { ARN_PREFIX, makeEngine, openQueue, redriveTo } from './support/fake-engine.ts';

const failure = (code: string) => expect.objectContaining({ code });

it('creates a queue once, and refuses other attributes', () => {
  const { queues } = makeEngine().engine;
  const made = queues.create('q', { VisibilityTimeout: '20' });
  expect(queues.create('q', { VisibilityTimeout: '20' })).toBe(made);
  expect(queues.create('q')).toBe(made);
  expect(() => queues.create('q', { VisibilityTimeout: '21' })).toThrow(failure('QueueNameExists'));
  expect(() => queues.create('q', { DelaySeconds: '1' })).toThrow(failure('QueueNameExists'));
});

it('takes redrive policies that mean the same for the same', () => {
  const { queues } = makeEngine().engine;
  queues.create('dead');
  const made = queues.create('q', redriveTo(`${ARN_PREFIX}dead`, 2));
  const respelled = `{ "maxReceiveCount": "2", "deadLetterTargetArn": "${ARN_PREFIX}dead" }`;
  expect(queues.create('q', { RedrivePolicy: respelled })).toBe(made);
  expect(queues.sourcesOf(queues.resolve({ queueName: 'dead' }))).toEqual([made]);
});

it('refuses names, attributes and policies that AWS refuses', () => {
  const { queues } = makeEngine().engine;
  queues.create('dead.fifo', { FifoQueue: 'true' });
  expect(() => queues.create('no spaces')).toThrow(failure('InvalidParameterValueException'));
  expect(() => queues.create('q.fifo')).toThrow(failure('InvalidParameterValueException'));
  expect(() => queues.create('q', { FifoQueue: 'true' })).toThrow(failure('InvalidParameterValueException'));
  expect(() => queues.create('q', { Colour: 'red' })).toThrow(failure('InvalidAttributeName'));
  expect(() => queues.create('q', { VisibilityTimeout: '43201' })).toThrow(failure('InvalidAttributeValue'));
  expect(() => queues.create('q', { MaximumMessageSize: '10' })).toThrow(failure('InvalidAttributeValue'));
  expect(() => queues.create('q', redriveTo(`${ARN_PREFIX}missing`, 2))).toThrow(/does not exist/);
  expect(() => queues.create('q', redriveTo(`${ARN_PREFIX}dead.fifo`, 2))).toThrow(/same type/);
  expect(() => queues.create('q', redriveTo(`${ARN_PREFIX}dead.fifo`, 0))).toThrow(/maxReceiveCount/);
  expect(queues.list()).toHaveLength(1);
});

it('finds a queue by name, ARN and URL', () => {
  const { engine } = makeEngine();
  const queue = engine.queues.create('q');
  expect(engine.queues.resolve({ queueArn: `${ARN_PREFIX}q` })).toBe(queue);
  expect(engine.queues.resolve({ queueUrl: 'http://127.0.0.1:1/000000000000/q' })).toBe(queue);
  for (const queueUrl of ['http://127.0.0.1:1/000000000000/qq', 'http://127.0.0.1:1/111111111111/q', 'q']) {
    expect(() => engine.queues.resolve({ queueUrl })).toThrow(failure('QueueDoesNotExist'));
  }
  expect(() => engine.stats({ queueArn: 'arn:aws:sqs:eu-west-1:000000000000:q' })).toThrow(
    failure('QueueDoesNotExist'),
  );
});

it('changes attributes for messages that are there, and takes an empty policy as none', async () => {
  const { engine, advance } = makeEngine();
  const dead = openQueue(engine, 'dead');
  const queue = openQueue(engine, 'q', redriveTo(dead.arn, 1));
  queue.send('a');
  engine.queues.setAttributes(engine.queues.resolve(queue.ref), {
    VisibilityTimeout: '7',
    RedrivePolicy: '',
  });
  await queue.receive();
  advance(7000);
  expect(await queue.receive()).toHaveLength(1);
  const described = engine.queues.describe(engine.queues.resolve(queue.ref));
  expect(described).toMatchObject({ VisibilityTimeout: '7', DelaySeconds: '0', QueueArn: queue.arn });
  expect(described).not.toHaveProperty('RedrivePolicy');
});

it('purges everything, once a minute', async () => {
  const { engine, advance } = makeEngine();
  const queue = openQueue(engine, 'q');
  for (const delayMs of [0, 0, 60_000]) queue.send('a', { delayMs });
  const [inFlight] = await queue.receive(1);
  const state = engine.queues.resolve(queue.ref);
  engine.queues.purge(state);
  expect(queue.stats()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  queue.delete(inFlight!);
  queue.send('after');
  expect(await queue.bodies()).toEqual(['after']);
  expect(() => engine.queues.purge(state)).toThrow(failure('PurgeQueueInProgress'));
  advance(60_000);
  engine.queues.purge(state);
});

it('makes a deleted name wait for a minute', () => {
  const { engine, advance } = makeEngine();
  const queue = openQueue(engine, 'q');
  engine.deleteQueue(queue.ref);
  expect(() => queue.send('a')).toThrow(failure('QueueDoesNotExist'));
  expect(() => engine.queues.create('q')).toThrow(failure('QueueDeletedRecently'));
  advance(60_000);
  engine.queues.create('q');
});

it('keeps tags', () => {
  const { queues } = makeEngine().engine;
  const queue = queues.create('q', {}, { team: 'growth' });
  queues.changeTags(queue, { stage: 'local' }, ['team']);
  expect(queue.definition.tags).toEqual({ stage: 'local' });
});
