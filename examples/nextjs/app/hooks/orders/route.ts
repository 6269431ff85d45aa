import { PlusoneError } from 'plusone-client';
import { plusone } from '../../../lib/plusone.ts';

interface Order {
  readonly orderId: string;
  readonly userId: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
}

/** What stays wrong however often it is sent. */
const refusals = ['invalid_request', 'event_conflict'];

/** Called by the payment system, which proves itself in its own way. */
export async function POST(request: Request): Promise<Response> {
  const { orderId, userId, amount, currency } = (await request.json()) as Order;
  // The event's id is the order's: a hook that is called twice reports it once.
  const event = { type: 'order.paid', id: orderId, orderId, userId, amount, currency };
  const result = await plusone().events.record(event);
  if (!result.ok)
    console.error(`Order ${orderId} is not reported: ${new PlusoneError(result.error).message}`);
  // Anything but success makes the payment system call again, which helps only where the answer could be another.
  const isFinal = result.ok || refusals.includes(result.error.code);
  return new Response(null, { status: isFinal ? 204 : 503 });
}
