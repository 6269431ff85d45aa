import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { KeptRequest } from '../domain/requests/kept-request.ts';
import type { Table } from './client.ts';
import { keys } from './keys.ts';
import { type Write, writeUnlessStanding } from './write-if.ts';

const keptSeconds = 30 * 86_400;

/**
 * Requests under idempotency keys with their answers, for thirty days from when they were first made. Each of these
 * costs 1 WRU, whether its condition holds or not; an answer 1 for each kilobyte.
 */
export function requestItems(table: Table) {
  /** @returns what stands in the way of a write; undefined if nothing does */
  const send = async (write: Write) => (await writeUnlessStanding(table, write)) as KeptRequest | undefined;
  const change = (request: KeptRequest, update: string, values: Record<string, unknown>, was = request) =>
    send(
      new UpdateCommand({
        TableName: table.name,
        Key: keys.request(request.id),
        UpdateExpression: update,
        ConditionExpression: 'holder = :was AND heldUntil = :until AND attribute_not_exists(answer)',
        ExpressionAttributeValues: { ':was': was.holder, ':until': was.heldUntil, ...values },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );

  return {
    /**
     * Keeps a request unless one of its id stands that has not expired: the table may delete later than it says.
     *
     * @returns the one that stands
     */
    async beginRequest(request: KeptRequest): Promise<KeptRequest> {
      const second = Math.floor(request.at / 1000);
      const put = new PutCommand({
        TableName: table.name,
        Item: {
          ...keys.request(request.id),
          type: 'request',
          ...request,
          expiresAt: second + keptSeconds,
        },
        ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
        ExpressionAttributeValues: { ':now': second },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      return (await send(put)) ?? request;
    },

    /** Gives a request that is as it was read to another holder. @returns the one that stands */
    async takeRequestOver(was: KeptRequest, next: KeptRequest): Promise<KeptRequest> {
      const values = { ':holder': next.holder, ':next': next.heldUntil };
      return (await change(next, 'SET holder = :holder, heldUntil = :next', values, was)) ?? next;
    },

    /** Keeps the answer of a request, unless somebody else has taken it over. */
    async keepAnswer(request: KeptRequest, answer: Uint8Array): Promise<void> {
      await change(request, 'SET answer = :answer', { ':answer': answer });
    },

    /** Ends the hold of a request, unless somebody else has taken it over. */
    async letGo(request: KeptRequest): Promise<void> {
      await change(request, 'SET heldUntil = :over', { ':over': 0 });
    },
  };
}
