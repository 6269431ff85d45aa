import { GetCommand, ScanCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import type { FraudSettings } from '../../shared/domain/fraud/settings.ts';
import { keptUses } from '../../shared/domain/fraud/signals.ts';
import type { Link } from '../../shared/domain/links/link.ts';
import { keys } from '../../shared/table/keys.ts';
import { trackClicks } from '../../shared/usecases/clicks/track-clicks.ts';
import { dryRunRules } from '../../shared/usecases/fraud/dry-run-rules.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { createReferral, type SignUp } from '../../shared/usecases/referrals/create-referral.ts';
import { atOnce, linkOf, overviewOf, taken, testCost, useTable } from './use-table.ts';

const world = useTable();

const put = async (userId: string, input: object) =>
  taken(await putParticipant(world.ports, 'default', userId, input));

const links = new Map<string, Promise<Link>>();

/** One link of each referrer. */
function linkOnce(by: string): Promise<Link> {
  const name = `${world.table.name} ${by}`;
  const link = links.get(name) ?? linkOf(world.ports, by);
  links.set(name, link);
  return link;
}

async function signUp(input: Partial<SignUp> & { readonly newUserId: string }, by = 'alice') {
  const link = await linkOnce(by);
  return taken(await createReferral(world.ports, { referralCode: link.code, ...input }));
}

/** Makes it all that the program says of fraud. */
async function set(fraud: FraudSettings): Promise<void> {
  taken(await updateProgram(world.ports, 'default', { fraud: null }, undefined));
  taken(await updateProgram(world.ports, 'default', { fraud }, undefined));
}

const ip = '203.0.113.7';
const deviceId = 'device-1';
const paymentFingerprint = 'card-1';

describe('a sign-up that a rule speaks against', () => {
  it('counts where the rule flags, with its reason', async () => {
    await put('alice', { ip, deviceId, paymentFingerprint });
    const referral = await signUp({ newUserId: 'bob', ip, deviceId, paymentFingerprint });
    expect(referral).toMatchObject({
      status: 'completed',
      reasons: ['same_device', 'same_payment', 'same_ip'],
    });
  });

  it.each([
    ['flag', 'completed'],
    ['hold', 'in_review'],
    ['reject', 'rejected'],
  ] as const)('is treated as the program says: %s', async (action, status) => {
    await set({ rules: { same_device: { action } } });
    await put('alice', { deviceId });
    expect(await signUp({ newUserId: 'bob', deviceId })).toMatchObject({ status, reasons: ['same_device'] });
    expect((await overviewOf(world.ports, 'alice')).progress).toMatchObject({
      [status === 'in_review' ? 'inReview' : status]: 1,
    });
  });

  it('is held where the sum of what flags comes to what the program says', async () => {
    await set({ holdScore: 110 });
    await put('alice', { deviceId, paymentFingerprint });
    expect((await signUp({ newUserId: 'bob', deviceId })).status).toBe('completed');
    expect((await signUp({ newUserId: 'carol', deviceId, paymentFingerprint })).status).toBe('in_review');
  });

  it('is recognised by what was known of its user before', async () => {
    await put('alice', { email: 'a.lice@gmail.com' });
    await put('bob', { email: 'alice+bob@googlemail.com' });
    expect(await signUp({ newUserId: 'bob' })).toMatchObject({ status: 'rejected', reasons: ['same_email'] });
  });

  it('is recognised by the company, not by a domain that everybody has', async () => {
    await put('alice', { email: 'alice@acme.example' });
    expect((await signUp({ newUserId: 'bob', email: 'bob@ACME.example' })).reasons).toEqual(['same_domain']);
    await put('alice', { email: 'alice@gmail.com' });
    expect(await signUp({ newUserId: 'carol', email: 'carol@acme.example' })).not.toHaveProperty('reasons');
    expect(await signUp({ newUserId: 'dave', email: 'dave@gmail.com' })).not.toHaveProperty('reasons');
    expect((await signUp({ newUserId: 'erin', email: 'erin@mailinator.com' })).reasons).toEqual([
      'disposable_email',
    ]);
  });
});

describe('the user agent of a sign-up', () => {
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

  it('tells a machine from a person', async () => {
    expect(await signUp({ newUserId: 'bob', userAgent: firefox })).not.toHaveProperty('reasons');
    const script = await signUp({ newUserId: 'carol', userAgent: 'python-requests/2.31.0' });
    expect(script.reasons).toEqual(['bot_sign_up']);
  });

  it('is kept as a hash, and shown with a case of the same address', async () => {
    await set({ rules: { same_ip: { action: 'hold' } } });
    await put('alice', { ip, userAgent: firefox });
    const { reviewId = '' } = await signUp({ newUserId: 'bob', ip, userAgent: firefox });
    expect((await world.ports.findReview(reviewId))?.findings).toMatchObject([
      { ruleId: 'same_ip', evidence: { browser: 'the same' } },
    ]);
    const { Items } = await world.table.documents.send(new ScanCommand({ TableName: world.table.name }));
    expect(JSON.stringify(Items)).not.toContain(firefox);
    expect((await world.ports.findParticipant('default', 'bob'))?.agentHash).toBe(
      world.ports.lasting('agent', firefox),
    );
  });
});

it('a sign-up by a click that no page followed is seen where the program looks for it', async () => {
  const { code } = await linkOnce('alice');
  const [click] = await trackClicks(world.ports, [
    {
      referralCode: code,
      visitor: { kind: 'human', ip, userAgent: undefined, referrer: undefined, adNetwork: 'google' },
    },
  ]);
  const { clickId } = taken(click ?? {}) as { clickId: string };
  const rules = { fast_sign_up: { action: 'off' }, paid_traffic: { action: 'off' } } as const;
  await set({ rules });
  expect(await signUp({ newUserId: 'b', clickId })).not.toHaveProperty('reasons');
  await set({ rules: { ...rules, no_page_view: { action: 'flag' } } });
  expect((await signUp({ newUserId: 'c', clickId })).reasons).toEqual(['no_page_view']);
  expect(await signUp({ newUserId: 'd', clickId, landed: true })).not.toHaveProperty('reasons');
  expect(await signUp({ newUserId: 'e' })).not.toHaveProperty('reasons');
  await set({ rules: { fast_sign_up: { action: 'off' } } });
  expect((await signUp({ newUserId: 'f', clickId })).reasons).toEqual(['paid_traffic']);
});

it('a sign-up by a click from a data centre is flagged, with its network, and judged again as it was', async () => {
  const { code } = await linkOnce('alice');
  const click = async (asn: number, address: string) => {
    const visitor = { kind: 'human', ip: address, userAgent: undefined, referrer: undefined, asn } as const;
    const [tracked] = await trackClicks(world.ports, [{ referralCode: code, visitor }]);
    return taken(tracked ?? {}) as { clickId: string };
  };
  const rules = { fast_sign_up: { action: 'off' } } as const;
  await set({ rules });
  const { reasons, reviewId = '' } = await signUp({ newUserId: 'b', ...(await click(24940, ip)) });
  expect(reasons).toEqual(['data_centre_click']);
  expect((await world.ports.findReview(reviewId))?.findings).toMatchObject([
    { ruleId: 'data_centre_click', evidence: { asn: 24940, network: 'Hetzner' } },
  ]);
  const relay = await click(13335, '203.0.113.77');
  expect(await signUp({ newUserId: 'c', ...relay })).not.toHaveProperty('reasons');
  const wanted = { rules: { ...rules, data_centre_click: { action: 'hold', moreAsns: [13335] } } } as const;
  const tried = await dryRunRules(world.ports, 'default', { changes: wanted, days: 1 }, { limit: 100 });
  expect(tried).toMatchObject({ judged: 2, before: { flag: 1 }, after: { hold: 2 }, changed: 2 });
});

describe('fingerprints', () => {
  it('are compared with those of other sign-ups', async () => {
    for (const user of ['b', 'c', 'd']) {
      expect(await signUp({ newUserId: user, deviceId })).not.toHaveProperty('reasons');
    }
    expect((await signUp({ newUserId: 'e', deviceId })).reasons).toEqual(['velocity_device']);
  });

  it('that several referrers bring are a cluster', async () => {
    await signUp({ newUserId: 'b', paymentFingerprint }, 'r1');
    await signUp({ newUserId: 'c', paymentFingerprint }, 'r2');
    expect((await signUp({ newUserId: 'd', paymentFingerprint }, 'r3')).reasons).toEqual([
      'shared_payment',
      'shared_cluster',
    ]);
  });

  it('become those of the new user, who is recognised when they refer', async () => {
    await signUp({ newUserId: 'bob', deviceId });
    expect((await signUp({ newUserId: 'carol', deviceId }, 'bob')).reasons).toEqual(['same_device']);
  });

  it('are kept as keyed hashes, in a small item that expires', async () => {
    await atOnce(8, (n) => signUp({ newUserId: `first${n}`, ip }));
    for (let n = 0; n < keptUses; n++) await signUp({ newUserId: `user${n}`, ip });
    const hash = world.ports.lasting('ip', ip);
    const { Item = {} } = await world.table.documents.send(
      new GetCommand({ TableName: world.table.name, Key: keys.fingerprint('default', 'ip', hash) }),
    );
    expect(Item['uses']).toHaveLength(keptUses);
    expect(JSON.stringify(Item).length).toBeLessThan(1_000);
    expect(JSON.stringify(Item)).not.toContain(ip);
    expect(Item['expiresAt']).toBeGreaterThan(world.ports.now() / 1000 + 29 * 86_400);
  });

  it('of IPv6 are those of the network', async () => {
    await put('alice', { ip: '2001:db8:1:2::1' });
    expect((await signUp({ newUserId: 'bob', ip: '2001:0db8:1:2:ffff::9' })).reasons).toEqual(['same_ip']);
    expect(await signUp({ newUserId: 'carol', ip: '2001:db8:1:3::1' })).not.toHaveProperty('reasons');
  });
});

it('many sign-ups by one code are flagged, and none of those who meet fails', async () => {
  const link = await linkOf(world.ports, 'alice');
  const referrals = await atOnce(25, (n) =>
    createReferral(world.ports, { newUserId: `user${n}`, referralCode: link.code }),
  );
  expect(referrals.map(taken).every(({ status }) => status === 'completed')).toBe(true);
  const last = taken(await createReferral(world.ports, { newUserId: 'last', referralCode: link.code }));
  expect(last.reasons).toEqual(['velocity_participant', 'velocity_code']);
});

/** docs/fraud.md has these figures. */
describe('write units (table + list)', () => {
  const unitsOf = async (input: Partial<SignUp> & { readonly newUserId: string }): Promise<string> => {
    const link = await linkOnce('alice');
    const { documents } = world.table;
    const send = documents.send.bind(documents);
    let units = 'nothing';
    documents.send = (async (command: unknown) => {
      if (!(command instanceof TransactWriteCommand)) return send(command as never);
      const answer = await send(
        new TransactWriteCommand({ ...command.input, ReturnConsumedCapacity: 'INDEXES' }),
      );
      const [used] = answer.ConsumedCapacity ?? [];
      units = `${used?.Table?.CapacityUnits} + ${used?.GlobalSecondaryIndexes?.['lists']?.CapacityUnits ?? 0}`;
      return answer;
    }) as typeof documents.send;
    taken(await createReferral(world.ports, { referralCode: link.code, ...input }));
    documents.send = send;
    return units;
  };

  testCost('of a sign-up without signals', async () => {
    expect(await unitsOf({ newUserId: 'bob' })).toBe('8 + 2');
  });

  testCost('of a sign-up with three fingerprints', async () => {
    for (let n = 0; n < keptUses; n++) await signUp({ newUserId: `u${n}`, ip, deviceId, paymentFingerprint });
    // Two items outgrow a kilobyte: its case, since six rules speak against it, and the referral, by what they saw.
    expect(await unitsOf({ newUserId: 'bob', ip, deviceId, paymentFingerprint })).toBe('20 + 5');
  });

  testCost('of one that is new to all, and of one that a rule speaks against', async () => {
    expect(await unitsOf({ newUserId: 'bob', ip, deviceId, paymentFingerprint })).toBe('14 + 2');
    await put('alice', { deviceId: 'her own' });
    expect(await unitsOf({ newUserId: 'carol', deviceId: 'her own' })).toBe('12 + 3');
  });
});
