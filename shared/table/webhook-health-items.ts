import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { CalledEndpoint, DisabledBecause, EndpointHealth } from '../domain/webhooks/endpoint.ts';
import type { Table } from './client.ts';
import { keys } from './keys.ts';
import { failureNames, toStoredEndpoint } from './webhook-endpoint-items.ts';
import { writeIf } from './write-if.ts';

type Stored = Record<string, unknown>;

/**
 * How endpoints answer, which lies with them: nothing is written of one that answers well. What an endpoint answered is
 * noted of it as it was called, and of nothing that was changed by hand meanwhile: another URL is not to blame.
 */
export function webhookHealthItems(table: Table) {
  /** Changes an endpoint where a condition holds. @returns it; undefined where it does not hold */
  const change = async (
    endpointId: string,
    update: { UpdateExpression: string; ConditionExpression: string; values: Stored },
  ): Promise<Stored | undefined> => {
    const { values: ExpressionAttributeValues, ...expressions } = update;
    const result = await writeIf(
      table,
      new UpdateCommand({
        TableName: table.name,
        Key: keys.webhookEndpoint(endpointId),
        ...expressions,
        ExpressionAttributeValues,
        ReturnValues: 'ALL_NEW',
      }),
    );
    return result.written ? result.attributes : undefined;
  };

  const note = (
    { endpointId, revision }: CalledEndpoint,
    UpdateExpression: string,
    values: Stored = {},
    condition = 'attribute_not_exists(deletedAt)',
  ): Promise<Stored | undefined> =>
    change(endpointId, {
      UpdateExpression,
      ConditionExpression: `revision = :called AND ${condition}`,
      values: { ...values, ':called': revision },
    });

  return {
    /**
     * Notes a failed try, and until when the endpoint is left alone if it keeps failing. @param now ISO 8601
     *
     * @returns how it stands then; undefined if it is gone, or another than was called
     */
    async noteWebhookFailure(
      called: CalledEndpoint,
      now: string,
      probeAt: number,
    ): Promise<EndpointHealth | undefined> {
      const item = await note(
        called,
        'SET failingSince = if_not_exists(failingSince, :now), probeAt = :probeAt ADD failures :one',
        { ':now': now, ':probeAt': probeAt, ':one': 1 },
      );
      return item && toStoredEndpoint(item).health;
    },

    /** Notes that an endpoint answers again. */
    async noteWebhookSuccess(called: CalledEndpoint): Promise<void> {
      await note(called, `REMOVE ${failureNames}`, {}, 'attribute_exists(failures)');
    },

    /** Notes until when an endpoint counts as slow, in milliseconds since 1970. */
    async noteWebhookSlow(called: CalledEndpoint, slowUntil: number): Promise<void> {
      await note(called, 'SET slowUntil = :until', { ':until': slowUntil });
    },

    /** Takes the probe that was due at a time, for one of all who read that. */
    async claimWebhookProbe(endpointId: string, dueAt: number, nextAt: number): Promise<boolean> {
      const item = await change(endpointId, {
        UpdateExpression: 'SET probeAt = :next',
        ConditionExpression: 'probeAt = :due',
        values: { ':next': nextAt, ':due': dueAt },
      });
      return item !== undefined;
    },

    /** Disables an endpoint for what it answered. @param at ISO 8601 @returns whether it is still the one that was called */
    async disableWebhookEndpoint(
      called: CalledEndpoint,
      because: DisabledBecause,
      at: string,
    ): Promise<boolean> {
      const item = await note(
        called,
        'SET endpoint.enabled = :no, endpoint.disabledAt = :at, endpoint.disabledBecause = :because ADD revision :one',
        { ':no': false, ':at': at, ':because': because, ':one': 1 },
      );
      return item !== undefined;
    },
  };
}
