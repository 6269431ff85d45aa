import { describe, expect, it } from 'vitest';
import type { Table } from '../../shared/table/client.ts';
import { contactItems } from '../../shared/table/contact-items.ts';
import { notificationItems } from '../../shared/table/notification-items.ts';
import {
  type Mail,
  type MailResult,
  sendNotification,
} from '../../shared/usecases/notifications/send-notification.ts';
import { setContact } from '../../shared/usecases/notifications/set-contact.ts';
import { createKillSwitch, type Fate, faults, watchTable } from '../properties/histories/kill-switch.ts';
import { allPorts } from '../support/ports.ts';
import { linkOf, taken, useTable } from './use-table.ts';

const world = useTable();
const sealer = {
  sealContact: (_: string, email: string) => Buffer.from(email),
  openContact: (_: string, sealed: Uint8Array) => Buffer.from(sealed).toString(),
};

/** Whoever was written to, and what SES says next. */
interface Post {
  readonly sent: Mail[];
  answer: MailResult;
}

async function begin(): Promise<Post> {
  await linkOf(world.ports, 'alice');
  const ports = { ...world.ports, ...sealer, ...contactItems(world.table) };
  taken(await setContact(ports, 'default', 'alice', { email: 'alice@bücher.example' }));
  return { sent: [], answer: { outcome: 'sent' } };
}

const send = (post: Post, notificationId: string, table: Table = world.table) =>
  sendNotification(
    {
      ...allPorts(table),
      ...sealer,
      ...contactItems(table),
      ...notificationItems(table),
      unsubscribeBaseUrl: 'https://api.example.com/unsubscribe',
      sendMail: async (mail) => {
        post.sent.push(mail);
        return post.answer;
      },
    },
    { notificationId, kind: 'friend_joined', programId: 'default', userId: 'alice', facts: {} },
  );

/** Sends under a fault, and again as the queue does. @returns how many mails went out */
async function disturb(post: Post, notificationId: string, fate: Fate): Promise<number> {
  const killSwitch = createKillSwitch(fate);
  const before = post.sent.length;
  const failed = await send(post, notificationId, watchTable(world.table, killSwitch)).then(
    () => false,
    () => true,
  );
  await killSwitch.settled();
  if (failed) await send(post, notificationId);
  await send(post, notificationId);
  return post.sent.length - before;
}

describe('a mail', () => {
  it('goes to the domain as the mail system spells it', async () => {
    const post = await begin();
    await send(post, 'n1');
    expect(post.sent).toMatchObject([{ to: 'alice@xn--bcher-kva.example' }]);
  });

  it('is sent once, or not at all where the function dies between taking the right and sending', async () => {
    const post = await begin();
    const counting = createKillSwitch(undefined);
    await send(post, 'counted', watchTable(world.table, counting));
    // The right to send is taken by the last call.
    const last = counting.calls();
    for (const fault of faults) {
      for (let call = 1; call <= last; call++) {
        const mails = await disturb(post, `${fault}-${call}`, { call, fault });
        expect(mails, `${fault} at call ${call}`).toBe(fault === 'after' && call === last ? 0 : 1);
      }
    }
  });

  it('is sent later where no answer at all came to taking the right, and nothing was sent', async () => {
    const post = await begin();
    let lost = false;
    const sendOn = world.table.documents.send.bind(world.table.documents) as (one: object) => Promise<object>;
    const loses = async (command: object): Promise<object> => {
      const answer = await sendOn(command);
      const { UpdateExpression = '' } = (command as { input: { UpdateExpression?: string } }).input;
      if (lost || !UpdateExpression.includes('claimedBy')) return answer;
      lost = true;
      throw new Error('socket hang up');
    };
    const documents = Object.create(world.table.documents, { send: { value: loses } });
    await expect(send(post, 'n1', { name: world.table.name, documents })).rejects.toThrow('socket hang up');
    expect(post.sent).toHaveLength(0);
    expect(await send(post, 'n1')).toEqual({ outcome: 'sent' });
    expect(await send(post, 'n1')).toEqual({ outcome: 'dropped', because: 'sent_before' });
    expect(post.sent).toHaveLength(1);
  });

  it('that was not taken is given back by whoever tried it, and sent once by those who race for it', async () => {
    const post = await begin();
    post.answer = { outcome: 'busy', because: 'throttled' };
    expect(await send(post, 'n1')).toEqual(post.answer);
    post.answer = { outcome: 'sent' };
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => send(post, 'n1')));
    expect(outcomes.filter(({ outcome }) => outcome === 'sent')).toHaveLength(1);
    expect(post.sent).toHaveLength(2);
  });
});
