import type { QueueDefinition } from './journal-record.ts';
import type { Queue } from './queue.ts';
import { checkAttributes, effectiveAttributes, isFifoName, readRedrivePolicy } from './queue-settings.ts';
import type { QueueStore } from './queue-store.ts';
import { invalidParameter, queueDoesNotExist, SqsError } from './sqs-error.ts';

const COOL_DOWN_MS = 60_000;
const QUEUE_NAME = /^[\w-]{1,80}$/;

/** Any of the three ways to name a queue. */
export type QueueRef =
  | { readonly queueName: string }
  | { readonly queueArn: string }
  | { readonly queueUrl: string };

type Texts = Readonly<Record<string, string>>;

/** The queues by name, URL and ARN, and their attributes and tags. */
export class QueueDirectory {
  readonly #store: QueueStore;
  readonly #clock: () => number;
  readonly #accountId: string;
  readonly #arnPrefix: string;
  readonly #deletedAt = new Map<string, number>();
  readonly #purgedAt = new WeakMap<Queue, number>();

  constructor(store: QueueStore, options: { clock: () => number; accountId: string; region: string }) {
    this.#store = store;
    this.#clock = options.clock;
    this.#accountId = options.accountId;
    this.#arnPrefix = `arn:aws:sqs:${options.region}:${options.accountId}:`;
  }

  arnOf(queue: Queue): string {
    return this.#arnPrefix + queue.name;
  }

  /** The queue's path in a URL: `/account/name`. */
  pathOf(queue: Queue): string {
    return `/${this.#accountId}/${queue.name}`;
  }

  /** Finds a queue or throws `QueueDoesNotExist`. */
  resolve(ref: QueueRef): Queue {
    const queue = this.find(ref);
    if (queue === undefined) throw queueDoesNotExist();
    return queue;
  }

  find(ref: QueueRef): Queue | undefined {
    if ('queueName' in ref) return this.#store.queues.get(ref.queueName);
    if ('queueArn' in ref) {
      if (!ref.queueArn.startsWith(this.#arnPrefix)) return undefined;
      return this.#store.queues.get(ref.queueArn.slice(this.#arnPrefix.length));
    }
    const [account, name] = ref.queueUrl.split('/').slice(-2);
    return account === this.#accountId && name !== undefined ? this.#store.queues.get(name) : undefined;
  }

  /** Queues whose name starts with `prefix`, by name. */
  list(prefix = ''): Queue[] {
    const queues = [...this.#store.queues.values()].filter((queue) => queue.name.startsWith(prefix));
    return queues.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The queues that give up messages to this one. */
  sourcesOf(deadLetters: Queue): Queue[] {
    const arn = this.arnOf(deadLetters);
    return this.list().filter((queue) => queue.settings.redrive?.targetArn === arn);
  }

  /** Makes a queue, or returns the one there is if it has the same attributes. */
  create(name: string, given: Texts = {}, tags: Texts = {}): Queue {
    checkName(name, given);
    const attributes = withoutEmpty(given);
    this.#check(name, attributes);
    const known = this.#store.queues.get(name);
    if (known !== undefined) return sameQueue(known, attributes);
    const now = this.#clock();
    if ((this.#deletedAt.get(name) ?? Number.NEGATIVE_INFINITY) + COOL_DOWN_MS > now) {
      throw new SqsError(
        'QueueDeletedRecently',
        'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
      );
    }
    this.#store.commit({ t: 'queue', name, attributes, tags, createdAt: now, modifiedAt: now });
    return this.resolve({ queueName: name });
  }

  setAttributes(queue: Queue, given: Texts): void {
    const { attributes } = queue.definition;
    if (given['FifoQueue'] !== undefined && given['FifoQueue'] !== attributes['FifoQueue']) {
      throw new SqsError('InvalidAttributeName', 'You cannot change the FifoQueue attribute of a queue.');
    }
    this.#check(queue.name, given);
    this.#redefine(queue, { attributes: withoutEmpty({ ...attributes, ...given }) });
  }

  /** Adds tags, and drops those in `removed`. */
  changeTags(queue: Queue, added: Texts, removed: readonly string[] = []): void {
    const kept = Object.entries({ ...queue.definition.tags, ...added }).filter(
      ([key]) => !removed.includes(key),
    );
    this.#redefine(queue, { tags: Object.fromEntries(kept) });
  }

  /** Every attribute, counts included, as `GetQueueAttributes` spells them. */
  describe(queue: Queue): Record<string, string> {
    queue.settle(this.#clock());
    const { attributes, createdAt, modifiedAt } = queue.definition;
    const { visible, inFlight, delayed } = queue.stats();
    return {
      ...effectiveAttributes(queue.name, attributes),
      QueueArn: this.arnOf(queue),
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(delayed),
      CreatedTimestamp: String(Math.floor(createdAt / 1000)),
      LastModifiedTimestamp: String(Math.floor(modifiedAt / 1000)),
    };
  }

  purge(queue: Queue): void {
    const now = this.#clock();
    if ((this.#purgedAt.get(queue) ?? Number.NEGATIVE_INFINITY) + COOL_DOWN_MS > now) {
      throw new SqsError(
        'PurgeQueueInProgress',
        `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
      );
    }
    this.#store.commit({ t: 'purge', queue: queue.name });
    this.#purgedAt.set(queue, now);
  }

  remove(queue: Queue): void {
    this.#store.commit({ t: 'drop', queue: queue.name });
    this.#deletedAt.set(queue.name, this.#clock());
  }

  #redefine(queue: Queue, change: Partial<QueueDefinition>): void {
    this.#store.commit({ t: 'queue', ...queue.definition, ...change, modifiedAt: this.#clock() });
  }

  #check(name: string, attributes: Texts): void {
    checkAttributes(name, attributes);
    const policy = attributes['RedrivePolicy'] ?? '';
    const redrive = readRedrivePolicy(policy);
    if (redrive === undefined) return;
    const target = this.find({ queueArn: redrive.targetArn });
    if (target === undefined)
      throw invalidParameter(policy, 'RedrivePolicy', 'Dead letter target does not exist.');
    if (target.settings.fifo !== isFifoName(name)) {
      throw invalidParameter(
        policy,
        'RedrivePolicy',
        'Dead-letter queue must be same type of queue as the source.',
      );
    }
  }
}

function checkName(name: string, attributes: Texts): void {
  const fifo = isFifoName(name);
  if (fifo !== (attributes['FifoQueue'] === 'true')) {
    throw invalidParameter(name, 'QueueName', 'FIFO queues, and only those, have a name that ends in .fifo.');
  }
  if (QUEUE_NAME.test(fifo ? name.slice(0, -'.fifo'.length) : name) && name.length <= 80) return;
  throw invalidParameter(
    name,
    'QueueName',
    'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.',
  );
}

function sameQueue(queue: Queue, attributes: Texts): Queue {
  const present = effectiveAttributes(queue.name, queue.definition.attributes);
  for (const [key, value] of Object.entries(attributes)) {
    if (normalize(key, present[key]) === normalize(key, value)) continue;
    throw new SqsError(
      'QueueNameExists',
      `A queue already exists with the same name and a different value for attribute ${key}`,
    );
  }
  return queue;
}

function normalize(key: string, value: string | undefined): string | undefined {
  return key === 'RedrivePolicy' ? JSON.stringify(readRedrivePolicy(value ?? '')) : value;
}

function withoutEmpty(attributes: Texts): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''));
}
