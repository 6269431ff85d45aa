import { expect, it } from 'vitest';
import { changesOrder, orderOf } from '../../../shared/domain/rewards/event.ts';

it.each([
  ['order.refunded', true],
  ['order.updated', true],
  ['order.cancelled', true],
  ['order.charged_back', true],
  ['order.charge_back_reversed', true],
  ['order.paid', false],
  ['order.approved', false],
  ['order.delivered', false],
  ['user.registered', false],
])('%s changes an order: %s', (type, expected) => expect(changesOrder(type)).toBe(expected));

it('an event is about its order, or an order of its own', () => {
  expect(orderOf({ eventId: 'e', orderId: 'o' })).toBe('o');
  expect(orderOf({ eventId: 'e' })).toBe('e');
});
