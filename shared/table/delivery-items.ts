import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Page, PageRequest } from '../domain/page.ts';
import {
  type Delivery,
  type DeliveryNote,
  type DeliveryStatus,
  deliveryIdOf,
  deliveryTimeOf,
  type Try,
  type WebhookEvent,
} from '../domain/webhooks/delivery.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys } from './keys.ts';
import { queryPage } from './query-pages.ts';
import { writeIf } from './write-if.ts';

type Stored = Record<string, unknown>;

/** Which deliveries are asked for: of events from a time on and before another, in milliseconds since 1970. */
export interface DeliveryFilter {
  readonly status?: DeliveryStatus | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

const keptSeconds = 30 * 24 * 3_600;
/** Deliveries that one page looks at, where a filter leaves most of them out. */
const mostLookedAt = 1_000;

/** The log of deliveries: one item for each event at an endpoint, for 30 days. */
export function deliveryItems(table: Table) {
  return {
    async findDelivery(endpointId: string, deliveryId: string): Promise<Delivery | undefined> {
      const item = await getItem(table, keys.delivery(endpointId, deliveryId));
      return item && toDelivery(endpointId, item);
    },

    /**
     * Notes what came of a message, in one write, if it is not of the past: a try of a round counts once. That an event
     * arrived is noted whichever try it was.
     */
    async noteDelivery(note: DeliveryNote): Promise<void> {
      await writeIf(table, new UpdateCommand(noteUpdate(table, note)));
    },

    /**
     * A page of an endpoint's deliveries, those of the newest events first; with a filter it can be short, and yet lead
     * on.
     *
     * @returns undefined if the cursor is none that this list gave
     */
    listDeliveries(
      endpointId: string,
      page: PageRequest,
      { status, from = 0, to = Number.MAX_SAFE_INTEGER }: DeliveryFilter = {},
    ): Promise<Page<Delivery> | undefined> {
      const { pk } = keys.delivery(endpointId, '');
      const query = {
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ...(status !== undefined && {
          FilterExpression: '#status = :status',
          ExpressionAttributeNames: { '#status': 'status' },
        }),
        ExpressionAttributeValues: {
          ':pk': pk,
          ':from': `dlv_${deliveryTimeOf(from)}`,
          ':to': `dlv_${deliveryTimeOf(to)}`,
          ...(status !== undefined && { ':status': status }),
        },
        ScanIndexForward: false,
      };
      const cursors = {
        write: ({ sk }: Stored) => String(sk),
        read: (sk: string) => (/^dlv_[0-9a-z]{25}$/.test(sk) ? { pk, sk } : undefined),
      };
      const toFound = (item: Stored) => toDelivery(endpointId, item);
      return queryPage(table, query, page, cursors, toFound, status === undefined ? undefined : mostLookedAt);
    },
  };
}

function noteUpdate(
  table: Table,
  { endpointId, event, due, status, tried, nextTryAt, because, at }: DeliveryNote,
) {
  const optional = { nextTryAt, because };
  const given = Object.entries(optional).filter(([, value]) => value !== undefined);
  const absent = Object.entries(optional).filter(([, value]) => value === undefined);
  const sets = [
    ...['#type = :type', 'body = :body', '#status = :status', '#round = :round', 'attempts = :attempts'],
    'expiresAt = :expiresAt',
    ...(tried === undefined ? [] : ['tries = list_append(if_not_exists(tries, :none), :tried)']),
    ...given.map(([name]) => `${name} = :${name}`),
  ];
  const removes = absent.map(([name]) => name);
  const ofRound =
    status === 'delivered'
      ? '#round = :round AND #status <> :status'
      : '#round = :round AND attempts = :attempt AND #status = :pending';
  return {
    TableName: table.name,
    Key: keys.delivery(endpointId, deliveryIdOf(event)),
    UpdateExpression: `SET ${sets.join(', ')}${removes.length > 0 ? ` REMOVE ${removes.join(', ')}` : ''}`,
    ConditionExpression: `attribute_not_exists(pk) OR #round < :round OR (${ofRound})`,
    ExpressionAttributeNames: { '#type': 'type', '#status': 'status', '#round': 'round' },
    ExpressionAttributeValues: {
      ':type': 'delivery',
      ':body': JSON.stringify(event),
      ':status': status,
      ':round': due.round,
      ':attempts': due.attempt + (tried === undefined ? 0 : 1),
      ':expiresAt': Math.floor(at / 1_000) + keptSeconds,
      ...(tried !== undefined && { ':none': [], ':tried': [tried] }),
      ...(status !== 'delivered' && { ':attempt': due.attempt, ':pending': 'pending' }),
      ...Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
    },
  };
}

function toDelivery(endpointId: string, item: Stored): Delivery {
  const { nextTryAt, because } = item as Partial<Delivery>;
  return {
    deliveryId: item['sk'] as string,
    endpointId,
    event: JSON.parse(item['body'] as string) as WebhookEvent,
    status: item['status'] as DeliveryStatus,
    round: item['round'] as number,
    attempts: item['attempts'] as number,
    tries: (item['tries'] ?? []) as readonly Try[],
    ...(nextTryAt !== undefined && { nextTryAt }),
    ...(because !== undefined && { because }),
  };
}
