import { describe, expect, it } from 'vitest';
import { contactItems } from '../../shared/table/contact-items.ts';
import { notificationItems } from '../../shared/table/notification-items.ts';
import { removeContact, setContact } from '../../shared/usecases/notifications/set-contact.ts';
import {
  findTemplate,
  removeTemplate,
  setTemplate,
} from '../../shared/usecases/notifications/set-template.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, codeOf, linkOf, taken, testCost, useTable } from './use-table.ts';

const world = useTable();
const operator = { keyId: 'k', requestId: 'r' };
const sealer = {
  sealContact: (key: string, email: string) => Buffer.from(`${key} ${email}`),
  openContact: (key: string, sealed: Uint8Array) =>
    Buffer.from(sealed)
      .toString()
      .slice(key.length + 1),
};
const ports = () => ({
  ...world.ports,
  ...sealer,
  ...contactItems(world.table),
  ...notificationItems(world.table),
  operator,
});
const name = { programId: 'default', kind: 'friend_joined', language: 'de' } as const;
const template = { subject: 'Hallo', text: '{{unsubscribeUrl}}' };

describe('the right to send a notification', () => {
  it('is given once, and once more when it was given back', async () => {
    const { claimNotification, giveBackNotification } = notificationItems(world.table);
    const race = async (round: string) => {
      const attempts = Array.from({ length: 8 }, (_, index) => `${round}-${index}`);
      const won = await Promise.all(attempts.map((one) => claimNotification('n1', one, Date.now())));
      return attempts.filter((_, index) => won[index]);
    };
    const [winner = '', ...others] = await race('a');
    expect(others).toEqual([]);
    await giveBackNotification('n1', `${winner}x`);
    expect(await race('b')).toEqual([]);
    await giveBackNotification('n1', winner);
    expect(await race('c')).toHaveLength(1);
    expect(await race('d')).toEqual([]);
  });

  it('is the same for the attempt that asks again', async () => {
    const { claimNotification } = notificationItems(world.table);
    const claims = await atOnce(3, () => claimNotification('n1', 'a', Date.now()));
    expect(claims).toEqual([true, true, true]);
    expect(await claimNotification('n1', 'b', Date.now())).toBe(false);
  });
});

describe('contacts', () => {
  it('are of participants alone', async () => {
    expect(codeOf(await setContact(ports(), 'default', 'nobody', { email: 'a@example.com' }))).toBe(
      'participant_not_found',
    );
    expect(codeOf(await removeContact(ports(), 'default', 'nobody'))).toBe('contact_not_found');
  });

  it('are changed by all who do so at once, and stay whole', async () => {
    await linkOf(world.ports, 'alice');
    const results = await atOnce(6, (index) =>
      setContact(ports(), 'default', 'alice', { email: `${index}@example.com`, language: 'de' }),
    );
    expect(results.map((result) => taken(result).language)).toEqual(Array(6).fill('de'));
    const changed = taken(await setContact(ports(), 'default', 'alice', { email: 'a@example.com' }));
    expect(changed).not.toHaveProperty('language');
  });
});

describe('templates', () => {
  it('are found by kind and language, and removed', async () => {
    taken(await setTemplate(ports(), name, template));
    taken(await setTemplate(ports(), { ...name, kind: 'payout_sent' }, template));
    expect(taken(await findTemplate(ports(), name))).toMatchObject({ ...template, kind: name.kind });
    expect(codeOf(await findTemplate(ports(), { ...name, language: 'fr' }))).toBe('template_not_found');
    expect(await ports().listTemplates('default')).toHaveLength(2);
    taken(await removeTemplate(ports(), name));
    expect(codeOf(await removeTemplate(ports(), name))).toBe('template_not_found');
    expect(await ports().listTemplates('default')).toHaveLength(1);
    expect(codeOf(await setTemplate(ports(), { ...name, programId: 'none' }, template))).toBe(
      'program_not_found',
    );
    expect(codeOf(await setTemplate(ports(), name, { ...template, text: 'no way out' }))).toBe(
      'invalid_request',
    );
  });
});

/** docs/access-patterns.md has these figures. */
describe('what it costs (table + list)', () => {
  testCost('a contact, a template, and the right to send', async () => {
    await linkOf(world.ports, 'alice');
    const contact = await measureWrites(world.table, () =>
      setContact(ports(), 'default', 'alice', { email: 'a@example.com' }),
    );
    expect(contact.units).toEqual({ table: 4, lists: 1 });
    const stored = await measureWrites(world.table, () => setTemplate(ports(), name, template));
    expect(stored.units).toEqual({ table: 4, lists: 1 });
    const sent = await measureWrites(world.table, () => ports().claimNotification('n2', 'a', Date.now()));
    expect(sent.units).toEqual({ table: 1, lists: 0 });
  });
});
