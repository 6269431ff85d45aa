import { earlyType, layout, type Partition, partitions } from '../../shared/table/layout.ts';

/** Sort keys of the items that only count clicks: they change with every batch, and are nobody's news. */
export const clickCounters = ['CLICKS', 'OVERVIEW#CLICKS'];

/** New clicks: what `count-clicks` is given. */
export const newClicks = [{ eventName: ['INSERT'], dynamodb: { Keys: within('click') } }];

/** Accepted events and all that tells of a change: what `relay-changes` is given. */
export const newsWorthy = [
  { eventName: ['INSERT'], dynamodb: { Keys: within('event') } },
  {
    eventName: ['INSERT', 'MODIFY'],
    dynamodb: {
      Keys: {
        ...within('participant', 'program', 'code', 'payoutBatch', 'deadLetter', 'webhookEndpoints'),
        [layout.sortKey]: { S: [{ 'anything-but': clickCounters }] },
      },
      NewImage: { type: { S: [{ 'anything-but': [earlyType] }] } },
    },
  },
];

function within(...named: Partition[]) {
  return { [layout.partitionKey]: { S: named.map((partition) => ({ prefix: partitions[partition] })) } };
}
