import type * as z from 'zod';
import * as contract from '../dead-letters.ts';
import { exampleOf } from './example.ts';
import { times } from './story.ts';

const letter: z.output<typeof contract.deadLetter> = {
  deadLetterId: '5c3f0a1e-8f0d-4b1c-9a57-1d1f7f6f6a10',
  queue: 'rewards',
  status: 'open',
  cause: { code: 'timed_out_or_crashed' },
  about: { kind: 'events', programId: 'default', userId: 'bob', eventIds: ['order-1'] },
  firstTriedAt: times.ordered,
  tries: 5,
  recordedAt: times.requested,
};

export const operationExamples = [
  exampleOf(contract.listDeadLetters, { answer: { deadLetters: [letter] } }),
  exampleOf(contract.redriveDeadLetters, {
    body: { ids: [letter.deadLetterId] },
    answer: { results: [{ deadLetterId: letter.deadLetterId, outcome: 'redriven' }] },
  }),
];
