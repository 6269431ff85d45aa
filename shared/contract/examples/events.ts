import * as contract from '../events.ts';
import { exampleOf } from './example.ts';
import { ids, times, whyPaid } from './story.ts';

export const eventExamples = [
  exampleOf(contract.recordEvents, {
    body: {
      events: [
        { type: 'order.paid', id: 'order-1', userId: 'bob', amount: 4900, currency: 'USD' },
        { type: 'order.refunded', id: 'order-1-r1', userId: 'bob', orderId: 'order-1', amountRefunded: 1000 },
      ],
    },
    answer: {
      events: [
        { id: 'order-1', status: 'accepted' },
        { id: 'order-1-r1', status: 'accepted' },
      ],
    },
  }),
  exampleOf(contract.getEvent, {
    answer: {
      event: {
        id: 'order-1',
        type: 'order.paid',
        userId: 'bob',
        programId: 'default',
        status: 'processed',
        acceptedAt: times.ordered,
        amount: 4900,
        currency: 'USD',
        explanation: [whyPaid],
        entries: [
          {
            entryId: ids.rewardEntry,
            userId: 'alice',
            kind: 'cash',
            ruleId: 'order-commission',
            programVersion: 1,
            amount: 490,
            currency: 'USD',
            rewardId: ids.reward,
          },
        ],
      },
    },
  }),
];
