import { isDeepStrictEqual } from 'node:util';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import {
  type DomainEventType,
  domainEvents,
  domainEventTypes,
  exampleOf,
  mostEventBytes,
} from '../../shared/contract/domain-events.ts';
import { updateProgram as updateProgramRoute } from '../../shared/contract/programs.ts';
import { utmOf } from '../../shared/domain/clicks/origin.ts';
import { subjectOf } from '../../shared/domain/dead-letters/dead-letter.ts';
import { fraudRules } from '../../shared/domain/fraud/rules.ts';
import { clickEventOf } from '../../shared/domain/webhooks/click-event.ts';
import { toVisit } from '../../shared/table/click-items.ts';
import { type DomainEvent, readChange } from '../../shared/table/read-change.ts';
import { recordVisit } from '../../shared/usecases/clicks/record-visit.ts';
import { decideReview } from '../../shared/usecases/fraud/decide-review.ts';
import { changeLink } from '../../shared/usecases/links/change-link.ts';
import { changeParticipant } from '../../shared/usecases/participants/change-participant.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { putPolicy } from '../../shared/usecases/participants/put-policy.ts';
import { cancelBatch } from '../../shared/usecases/payouts/cancel-batch.ts';
import { cancelPayout } from '../../shared/usecases/payouts/cancel-payout.ts';
import { createBatch } from '../../shared/usecases/payouts/create-batch.ts';
import { createPayout } from '../../shared/usecases/payouts/create-payout.ts';
import { freezeBatch } from '../../shared/usecases/payouts/freeze-batch.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { createReferral } from '../../shared/usecases/referrals/create-referral.ts';
import { reassignReferral } from '../../shared/usecases/referrals/reassign-referral.ts';
import { claimReward } from '../../shared/usecases/rewards/claim-reward.ts';
import { payoutPorts } from '../support/payouts.ts';
import { happen, join, linkOf, taken, useTable } from './use-table.ts';

const world = useTable();
const at = '2026-11-21T10:00:00.000Z';

type Stored = Record<string, unknown>;

async function snapshot(): Promise<Map<string, Stored>> {
  const { Items = [] } = await world.table.documents.send(new ScanCommand({ TableName: world.table.name }));
  return new Map(Items.map((item) => [`${item['pk']} ${item['sk']}`, item]));
}

/** What a step makes the stream tell. */
async function newsOf(step: () => Promise<unknown>): Promise<DomainEvent[]> {
  const before = await snapshot();
  await step();
  return [...(await snapshot())].flatMap(([key, item]) =>
    isDeepStrictEqual(item, before.get(key)) ? [] : readChange(item, before.get(key), at).news,
  );
}

const asSent = ({ type, programId, userId, data }: DomainEvent) =>
  JSON.parse(JSON.stringify({ id: 'e-1', version: 1, type, programId, userId, occurredAt: at, data }));

/** An event is told as its schema says: nothing that it does not name, and nothing that it misses. */
function expectDocumented(news: readonly DomainEvent[]): void {
  for (const one of news) {
    const schema = domainEvents.get(one.type as DomainEventType);
    expect(schema, one.type).toBeDefined();
    expect(schema?.parse(asSent(one)), one.type).toEqual(asSent(one));
  }
}

/** The names of all that is in something, each with its place. */
function fieldsOf(value: unknown, place = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [place];
  return Object.entries(value)
    .flatMap(([name, inner]) => fieldsOf(inner, `${place}.${name}`))
    .sort();
}

const types = (news: readonly DomainEvent[]) => news.map(({ type }) => type).sort();
const changes = async (change: object) =>
  taken(await updateProgram(world.ports, 'default', updateProgramRoute.body.parse(change), undefined));

describe('what is told', () => {
  it('is as documented, from the first link to the payout', async () => {
    const { ports } = world;
    const badge = { ruleId: 'fan', event: 'order.paid', side: 'referrer', kind: 'badge', name: 'Fan' };
    const told: DomainEvent[] = [];
    const tell = async (step: () => Promise<unknown>, expected: readonly string[]) => {
      const news = await newsOf(step);
      expect(types(news)).toEqual([...expected].sort());
      told.push(...news);
    };
    const program = await ports.findProgram('default');
    await tell(
      () =>
        changes({
          rules: [...(program?.rules ?? []), badge],
          milestones: [{ ...program?.milestones[0], threshold: { metric: 'completedReferrals', value: 1 } }],
        }),
      ['program.changed'],
    );
    await tell(() => linkOf(ports, 'alice'), ['link.created', 'participant.created']);
    const link = await linkOf(ports, 'alice');
    await tell(
      () => join(ports, 'bob', link),
      ['badge.earned', 'milestone.reached', 'participant.created', 'referral.completed', 'referral.created'],
    );
    await tell(
      () => happen(ports, { id: 'o-1', orderId: 'o-1', amount: 10_000 }),
      ['badge.earned', 'balance.changed', 'reward.created', 'reward.created'],
    );
    await tell(
      () => happen(ports, { id: 'r-1', type: 'order.refunded', orderId: 'o-1', amountRefunded: 5_000 }),
      ['balance.changed', 'reward.adjusted'],
    );
    const page = await ports.listRewards('default', 'alice', { limit: 10 }, at);
    const bronze = page?.items.find(({ milestoneId }) => milestoneId !== undefined)?.rewardId ?? '';
    await tell(() => claimReward(ports, bronze), ['reward.claimed']);
    const money = { programId: 'default', userId: 'alice', amount: 100, currency: 'USD' };
    let payoutId = '';
    await tell(async () => {
      payoutId = taken(await createPayout(ports, money)).payoutId;
    }, ['balance.changed', 'payout.requested']);
    await tell(() => cancelPayout(ports, payoutId), ['balance.changed', 'payout.cancelled']);
    await tell(() => changeLink(ports, link.code, { status: 'inactive' }), ['link.changed']);
    await tell(
      () => changeParticipant(ports, 'default', 'alice', { name: 'Alice', status: 'inactive' }),
      ['participant.changed'],
    );
    await tell(() => putPolicy(ports, 'default', 'alice', { mayInvite: false }), ['participant.changed']);
    expectDocumented(told);
    for (const type of new Set(told.map((one) => one.type as DomainEventType))) {
      const { userId, data } = told.find((one) => one.type === type) ?? {};
      expect(fieldsOf(exampleOf(type)), type).toEqual(fieldsOf({ ...(userId && { userId }), data }));
    }
  });

  it('of a batch of payouts is how far it is, and of each payout what became of it', async () => {
    const { ports } = world;
    const link = await linkOf(ports, 'alice');
    await join(ports, 'bob', link);
    await happen(ports, { id: 'o-1', orderId: 'o-1', amount: 10_000 });
    const by = payoutPorts(world.table);
    const later = by.now() + 10_000;
    const wishes = { programId: 'default', currency: 'USD', name: 'Ours in November', userIds: ['alice'] };
    let batchId = '';
    const made = await newsOf(async () => {
      batchId = taken(await createBatch(by, wishes)).batchId;
    });
    expect(types(made)).toEqual(['payout_batch.freezing']);
    const frozen = await newsOf(() => freezeBatch(by, batchId, later));
    expect(types(frozen)).toEqual(['balance.changed', 'payout.requested', 'payout_batch.frozen']);
    const cancelled = await newsOf(() => cancelBatch(by, batchId, later));
    expect(types(cancelled)).toEqual(['balance.changed', 'payout.cancelled', 'payout_batch.cancelled']);
    const all = [...made, ...frozen, ...cancelled];
    expectDocumented(all);
    const { data } = frozen.find(({ type }) => type === 'payout_batch.frozen') ?? {};
    expect(data).toMatchObject({ batch: { batchId, count: 1, total: 1_000, currency: 'USD' } });
    expect(JSON.stringify(all)).not.toContain('November');
  });

  it('of a referral that is given away says whose it was last, and no more of that', async () => {
    const { ports } = world;
    const { referralId } = await join(ports, 'bob', await linkOf(ports, 'alice'));
    await linkOf(ports, 'carol');
    await happen(ports, { id: 'order-1' });
    const wanted = { userId: 'carol', reason: 'Because', earned: 'taken_back' } as const;
    const news = await newsOf(() =>
      reassignReferral(ports, referralId, wanted, { keyId: 'k', requestId: 'r' }),
    );
    expect(types(news)).toEqual(['balance.changed', 'referral.reassigned', 'reward.adjusted']);
    expect(news.find(({ type }) => type === 'referral.reassigned')).toMatchObject({
      userId: 'carol',
      data: { referral: { referralId, referrerId: 'carol', reassignedFrom: 'alice', status: 'completed' } },
    });
    expectDocumented(news);
    expect(JSON.stringify(news)).not.toMatch(/Because|earlier/);
  });

  it('of a case leaves its evidence and the words of an operator at home', async () => {
    const { ports } = world;
    await changes({ fraud: { rules: { same_device: { action: 'hold' } } } });
    await putParticipant(ports, 'default', 'alice', { deviceId: 'device-1' });
    const { code } = await linkOf(ports, 'alice');
    const held = await newsOf(() =>
      createReferral(ports, { newUserId: 'bob', referralCode: code, deviceId: 'device-1' }),
    );
    expect(types(held)).toEqual([
      'participant.created',
      'referral.created',
      'referral.in_review',
      'review.opened',
    ]);
    const opened = held.find(({ type }) => type === 'review.opened')?.data as {
      review: { reviewId: string };
    };
    const { reviewId } = opened.review;
    const decide = (decision: 'ban' | 'undo' | 'approve') => () =>
      decideReview(ports, reviewId, { decision, note: 'Because', keyId: 'k', requestId: 'r' });
    const banned = await newsOf(decide('ban'));
    expect(types(banned)).toEqual(['participant.changed', 'referral.rejected', 'review.banned']);
    const undone = await newsOf(decide('undo'));
    expect(types(undone)).toEqual(['participant.changed', 'referral.in_review', 'review.undone']);
    const approved = await newsOf(decide('approve'));
    expect(types(approved)).toEqual(['referral.completed', 'review.approved']);
    const all = [...held, ...banned, ...undone, ...approved];
    expectDocumented(all);
    expect(JSON.stringify(all)).not.toMatch(/Because|Hash|evidence|device-1/);
  });

  it('of a click is as documented, whatever is kept of the visit', async () => {
    const link = await linkOf(world.ports, 'alice');
    const { clickId } = await recordVisit(world.ports, link, {
      ...{ kind: 'human', ip: '203.0.113.7', userAgent: 'Firefox', referrer: 'https://blog.example.com/a' },
      ...{ language: 'de', country: 'DE', asn: 3320, utm: { source: 'mail' }, doubts: ['no_accept'] },
    });
    const item = [...(await snapshot()).values()].find(({ type }) => type === 'visit') ?? {};
    expect(item).not.toEqual({});
    expect(readChange(item, undefined, at).news).toEqual([]);
    const event = clickEventOf({ visit: toVisit(item), first: true });
    expect(domainEvents.get('click.recorded')?.parse(event)).toEqual(event);
    expect(event).toMatchObject({ id: clickId, userId: 'alice', data: { click: { country: 'DE' } } });
    expect(JSON.stringify(event)).not.toMatch(/Hash|203\.0|Firefox|3320|doubts/);
  });

  it('is nothing where nothing changed that is told', async () => {
    await linkOf(world.ports, 'alice');
    const identified = await newsOf(() =>
      putParticipant(world.ports, 'default', 'alice', { email: 'alice@example.com', deviceId: 'd' }),
    );
    expect(identified).toEqual([]);
    const another = await newsOf(() => linkOf(world.ports, 'alice'));
    expect(types(another)).toEqual(['link.created']);
  });
});

describe('the catalogue', () => {
  it.each(domainEventTypes)('has an example of %s that fits its schema, and is small', (type) => {
    const example = {
      id: 'e-1',
      version: 1,
      type,
      programId: 'default',
      occurredAt: at,
      ...exampleOf(type),
    };
    expect(domainEvents.get(type)?.parse(example)).toEqual(example);
    expect(Buffer.byteLength(JSON.stringify(example))).toBeLessThan(mostEventBytes);
  });
});

describe('at its largest', () => {
  const userId = 'u'.repeat(128);
  const ownId = 'o'.repeat(128);
  const programId = 'p'.repeat(63);
  const ruleId = 'r'.repeat(64);
  const key = '0'.repeat(26);
  const amount = -999_999_999_999;
  const version = Number.MAX_SAFE_INTEGER;
  /** Free text: three bytes for each character that a field counts. */
  const words = (characters: number) => '€'.repeat(characters);
  const whose = { programId, userId };
  const users = { referrerId: userId, refereeId: userId };
  const reasons = [...fraudRules.map((rule) => rule.ruleId), 'v'.repeat(64)];
  const coupon = { couponCode: words(100), pool: ruleId };
  const money = { kind: 'credit', currency: 'points' };

  const posting = {
    ...{ ruleId, beneficiaryId: userId, subject: ownId, ...money, name: words(64), pool: ruleId, level: 10 },
    ...{ amount, rewardAmount: amount, bucket: '2026-11-21', programVersion: version },
  };
  const journal = (terms: object): Stored => ({
    ...{
      type: 'journal',
      ...whose,
      refereeKey: key,
      part: 99,
      rewardAmount: amount,
      rewardBucket: '2026-11-21',
    },
    ...{ rewardStatus: 'made', couponCode: coupon.couponCode, posting: { ...posting, ...terms } },
    entry: { position: version, eventId: ownId, fact: { type: ruleId, subject: ownId }, createdAt: at },
  });
  const milestone = (rewardStatus: string, kind: string): Stored => ({
    ...{ type: 'milestone', ...whose, ...coupon, milestoneId: ruleId, rewardStatus, kind, name: words(64) },
    ...{ grantedAt: at, createdAt: at, claimedAt: at, programVersion: version },
    terms: { milestoneId: ruleId, pool: ruleId, grant: 'automatic', amount: { amount, currency: 'points' } },
  });
  const payout = (status: string): Stored => ({
    type: 'payout',
    payout: {
      ...{ payoutId: `pay_${key}_${key}`, ...whose, amount, currency: 'USD', status, batchId: ownId },
      ...{ provider: 'webhook', uncertain: true, reference: words(200), reason: words(200), createdAt: at },
      ...{ processingAt: at, paidAt: at, failedAt: at, cancelledAt: at },
    },
  });
  const batchStates = ['freezing', 'frozen', 'sending', 'sent', 'cancelling', 'cancelled'];
  const batch = (status: string): Stored => ({
    ...{ type: 'payoutBatch', batchId: `pbt_${key}`, programId, programVersion: version, currency: 'USD' },
    ...{ status, provider: 'webhook', name: words(100), minimum: version, selected: version, after: userId },
    ...{ count: version, total: version, createdAt: at, frozenAt: at, sentAt: at, cancelledAt: at },
  });
  const referral = (status: string, more: object = {}): Stored => ({
    type: 'referral',
    referral: {
      ...{
        referralId: `ref_${key}`,
        programId,
        ...users,
        code: 'c'.repeat(50),
        clickId: `clk_${key}`,
        status,
      },
      ...{
        upline: Array.from({ length: 10 }, () => userId),
        programVersion: version,
        createdAt: at,
        reasons,
      },
      ...{ completedAt: at, reviewId: `rev_${key}`, assignedBy: `key_${key}`, ...more },
    },
  });
  const review = (state: string, more: object = {}): Stored => ({
    type: 'review',
    review: {
      ...{ reviewId: `rev_${key}`, programId, referralId: `ref_${key}`, ...users, state, reasons },
      ...{
        origin: 'auto_rejected',
        score: version,
        decisions: version,
        createdAt: at,
        decidedAt: at,
        ...more,
      },
    },
  });
  const participant: Stored = {
    ...{ type: 'participant', ...whose, status: 'inactive', code: 'c'.repeat(50), links: 1, createdAt: at },
    policy: { commissionRate: '12.123456', triggerLimit: 1_000, mayInvite: false },
    ...{ name: words(128), fields: { plan: words(512) } },
  };
  const link: Stored = {
    ...{ type: 'link', ...whose, code: 'c'.repeat(50), status: 'inactive', createdAt: at },
    destination: `https://example.com/${words(2_028)}`,
  };
  const program: Stored = {
    type: 'program',
    program: { programId, version, name: words(128), createdAt: at, updatedAt: at },
  };
  const endpoint = { endpointId: `whe_${key}`, enabled: true, url: `https://example.com/${words(2_028)}` };
  /** A message may hold anything, as far as who records that it was given up knows. */
  const given = (text: string) =>
    Object.fromEntries(
      ['kind', 'type', 'userId', 'rewardId', 'pool', 'id', 'endpointId', 'deliveryId', 'notificationId'].map(
        (name) => [name, text],
      ),
    );
  const deadLetter = (text: string, ids: number): Stored => ({
    ...{ type: 'deadLetter', deadLetterId: key, queue: ruleId, status: 'open', cause: { code: ruleId } },
    about: subjectOf(JSON.stringify({ programId, ...given(text), eventIds: Array(ids).fill(text) })),
    ...{ firstTriedAt: at, lastTriedAt: at, tries: version, recordedAt: at },
  });

  const changes: [Stored, Stored?][] = [
    ...([[link], [link, link]] as [Stored, Stored?][]),
    ...['pending', 'completed', 'rejected', 'in_review'].map((status): [Stored] => [referral(status)]),
    [referral('pending'), referral('in_review')],
    [referral('completed', { reassignedFrom: userId }), referral('completed', { referrerId: ownId })],
    ...([[journal({})], [journal({ kind: 'coupon' })], [journal({ kind: 'badge' })]] as [Stored][]),
    [journal({ adjusts: { position: 1, part: 0 }, from: { bucket: 'available', amount } })],
    [{ ...journal({}), rewardStatus: 'claimed', claimedAt: at }, journal({})],
    [
      {
        type: 'balance',
        ...whose,
        ...money,
        available: amount,
        waiting: amount,
        inPayout: amount,
        paid: amount,
      },
    ],
    [
      { type: 'balance', ...whose, ...money, endsToldUntil: '2026-11-21' },
      { type: 'balance', ...whose, ...money, 'held:2026-11-21': -amount },
    ],
    ...['available', 'reversed', 'claimed'].map((status): [Stored] => [milestone(status, 'badge')]),
    ...['requested', 'processing', 'paid', 'failed', 'cancelled'].map((status): [Stored] => [payout(status)]),
    ...batchStates.map((status): [Stored] => [batch(status)]),
    ...([
      [participant],
      [participant, { ...participant, status: '', policy: {}, name: '', fields: {}, code: '' }],
    ] as [Stored, Stored?][]),
    ...['open', 'flagged', 'auto_rejected', 'approved', 'rejected', 'banned', 'reassigned'].map(
      (state): [Stored] => [review(state)],
    ),
    [review('open', { origin: 'open' }), review('banned', { origin: 'open', decisions: 1 })],
    ...([[program], [{ ...program, archivedAt: at }]] as [Stored][]),
    [
      {
        type: 'webhookEndpoint',
        endpoint: { ...endpoint, enabled: false, disabledBecause: 'failing', disabledAt: at },
      },
      { type: 'webhookEndpoint', endpoint },
    ],
    ...[ownId, 'o'.repeat(200), words(200), '\u0001'.repeat(200)].flatMap((text): [Stored][] => [
      [deadLetter(text, 10)],
      [deadLetter(text, 100)],
    ]),
  ];
  const utm = words(200);
  const click = clickEventOf({
    first: true,
    visit: {
      ...{ visitId: key, clickId: `clk_${key}`, code: 'c'.repeat(50), ...whose, kind: 'human', at: 0 },
      ...{ visitorHash: key, country: 'DE', referrerHost: 'h'.repeat(255) },
      utm:
        utmOf({ utm_source: utm, utm_medium: utm, utm_campaign: utm, utm_term: utm, utm_content: utm }) ?? {},
    },
  });
  const news: Pick<DomainEvent, 'type' | 'programId' | 'userId' | 'data'>[] = [
    ...changes.flatMap(([after, before]) => readChange(after, before, at).news),
    ...(click === undefined ? [] : [click as unknown as DomainEvent]),
  ];

  it.each(domainEventTypes)('%s is within what anybody is told at once', (type) => {
    const sizes = news
      .filter((one) => one.type === type)
      .map((one) => {
        const sent = { ...asSent(one), id: 'e'.repeat(150), sequence: version, test: true };
        return Buffer.byteLength(JSON.stringify(sent));
      });
    expect(sizes.length).toBeGreaterThan(0);
    expect(Math.max(...sizes)).toBeLessThan(mostEventBytes);
  });

  it('of a message of ours, names all events', () => {
    expect(deadLetter(ownId, 10)['about']).toMatchObject({ eventIds: Array(10).fill(ownId) });
  });
});
