import { expect } from 'vitest';
import { type ClickTotals, totalsBy } from '../../../shared/domain/clicks/totals.ts';
import type { Visit } from '../../../shared/domain/clicks/visit.ts';
import { participantKey } from '../../../shared/domain/ids.ts';
import type { ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import { keys } from '../../../shared/table/keys.ts';
import { readEvent } from '../../../shared/usecases/events/read-event.ts';
import { checkBalances, checkMoney, checkPostings } from './invariants-of-money.ts';
import { checkRewards } from './invariants-of-rewards.ts';
import type { Model } from './model.ts';
import { nameOfKey, type State } from './state.ts';
import { linkLimit, milestones, programId, type World } from './world.ts';

/** What holds at any moment. */
export async function checkAlways(world: World, model: Model, state: State): Promise<void> {
  checkReferrals(model, state);
  checkLinks(model, state);
  checkMilestones(model, state);
  checkEvents(model, state);
  checkVisits(model, state);
  await checkMoney(world, model, state);
}

/** What the table must hold by itself once everything has been delivered, whoever asked for it. */
export async function checkTable(world: World, state: State): Promise<void> {
  checkPostings(state);
  await checkBalances(world, state);
  checkCounts(state);
  await checkOutcomes(world, state);
  checkClickTotals(state);
  checkAllMilestones(state);
}

/** What holds once everything that was accepted has been delivered. */
export async function checkDrained(world: World, model: Model, state: State): Promise<void> {
  await checkOutcomes(world, state);
  checkClickTotals(state);
  checkAllMilestones(state);
  checkRewards(model, state);
  await Promise.all(state.participants.map(({ userId }) => checkStats(world, state, userId)));
}

/** Rule 1, and that nobody is in their own upline. */
function checkReferrals(model: Model, state: State): void {
  const { referrals, links, participants } = state;
  for (const [userId, known] of model.referrals) {
    expect(referrals.get(userId), `rule 1: the referral of ${userId}`).toMatchObject(known);
  }
  for (const { refereeId, referrerId, status, code, reasons = [] } of referrals.values()) {
    expect(model.signUps, `nobody asked for a referral of ${refereeId}`).toContain(refereeId);
    expect(participants.some(({ userId }) => userId === refereeId)).toBe(true);
    expect(links.find((link) => link.code === code)?.userId, `the owner of ${code}`).toBe(referrerId);
    const circle = isAbove(referrals, referrerId, refereeId);
    if (status === 'completed') expect(circle, `${refereeId} invited themselves`).toBe(false);
    else expect(circle || reasons.includes('same_email'), `${refereeId} was rejected`).toBe(true);
  }
  checkCounts(state);
}

/** The referrer's progress is the number of stored referrals. */
function checkCounts({ referrals, progress }: State): void {
  const counts = new Map<string, number>();
  for (const { referrerId, status } of referrals.values()) {
    counts.set(`${referrerId} ${status}`, (counts.get(`${referrerId} ${status}`) ?? 0) + 1);
  }
  for (const [userId, item] of progress) {
    for (const status of ['completed', 'rejected', 'pending', 'inReview']) {
      const stored = counts.get(`${userId} ${status}`) ?? 0;
      expect(item[status] ?? 0, `rule 1: ${status} referrals of ${userId}`).toBe(stored);
    }
  }
  for (const name of counts.keys()) expect([...progress.keys()]).toContain(name.split(' ')[0]);
}

/** Whether a user is somebody, or above them in their upline. */
function isAbove(referrals: State['referrals'], somebody: string, userId: string): boolean {
  let at: string | undefined = somebody;
  for (let steps = 0; at !== undefined && steps <= referrals.size; steps++) {
    if (at === userId) return true;
    const above = referrals.get(at);
    at = above?.status === 'completed' ? above.referrerId : undefined;
  }
  return false;
}

/** Rule 7, and the limit of links. */
function checkLinks(model: Model, { links, participants }: State): void {
  for (const [code, userId] of model.links) {
    expect(links.find((link) => link.code === code)?.userId, `rule 7: code ${code}`).toBe(userId);
  }
  for (const { userId, links: counted } of participants) {
    const theirs = links.filter((link) => link.userId === userId).length;
    expect(counted, `links of ${userId}`).toBe(theirs);
    expect(theirs, `rule 4: links of ${userId}`).toBeLessThanOrEqual(linkLimit);
  }
}

/** Rule 5, as far as it holds before everything is delivered. */
function checkMilestones(model: Model, state: State): void {
  for (const item of state.milestones) {
    const owner = String(item['userId']);
    const name = `${owner} ${item['milestoneId']}`;
    const wanted = milestones.find(({ milestoneId }) => milestoneId === item['milestoneId']);
    expect(completedOf(state, owner), `rule 5: ${name} was granted too early`).toBeGreaterThanOrEqual(
      wanted?.threshold.value ?? Number.POSITIVE_INFINITY,
    );
    const claimed = item['rewardStatus'] === 'claimed';
    if (model.claims.has(name)) expect(claimed, `rule 5: ${name} was claimed`).toBe(true);
    else if (claimed) expect(model.perhapsClaimed, `rule 5: nobody claimed ${name}`).toContain(name);
  }
}

function checkAllMilestones(state: State): void {
  for (const userId of state.progress.keys()) {
    const reached = milestones.filter((one) => completedOf(state, userId) >= one.threshold.value);
    const granted = state.milestones.filter((item) => item['userId'] === userId);
    expect(granted.map((item) => item['milestoneId']).sort(), `rule 5: milestones of ${userId}`).toEqual(
      reached.map(({ milestoneId }) => milestoneId).sort(),
    );
  }
}

function completedOf({ referrals }: State, userId: string): number {
  return [...referrals.values()].filter((one) => one.referrerId === userId && one.status === 'completed')
    .length;
}

/** Rule 8: what was accepted is stored, and what was only refused is not. */
function checkEvents(model: Model, { events }: State): void {
  for (const [id, { accepted, perhaps }] of model.events) {
    const stored = events.get(id)?.event;
    const content = stored && contentOf(stored);
    if (accepted !== undefined) expect(content, `rule 8: event ${id}`).toEqual(accepted);
    else if (content !== undefined)
      expect(perhaps, `a refused event ${id} was stored`).toContainEqual(content);
  }
  for (const id of events.keys()) expect([...model.events.keys()]).toContain(id);
}

function contentOf({ eventId, acceptedAt: _, batchPosition: __, ...content }: ReportedEvent): object {
  return { id: eventId, ...content };
}

async function checkOutcomes({ ports }: World, { events, journal }: State): Promise<void> {
  for (const [eventId, { event, explanation }] of events) {
    const refereeKey = participantKey(programId, event.userId);
    const recorded = journal.some(
      (item) => item.refereeKey === refereeKey && item.entry.eventId === eventId && item.part === 0,
    );
    if (recorded || explanation !== undefined) continue;
    // It waits for a sign-up, or has waited in vain.
    expect(await readEvent(ports, programId, eventId), `rule 8: event ${eventId}`).toMatchObject({
      event: { status: 'processed' },
    });
  }
}

/** Every visit that was answered is there, and no more than were sent. */
function checkVisits(model: Model, { visits }: State): void {
  for (const [code, { answered, perhaps }] of model.visits) {
    const stored = visits.filter(({ visit }) => visit.code === code).length;
    expect(stored, `visits of ${code}`).toBeGreaterThanOrEqual(answered);
    expect(stored, `visits of ${code}`).toBeLessThanOrEqual(answered + perhaps);
  }
}

/** What the totals of some visits must be, from the visits alone. */
function totalsOf(visits: readonly Visit[]): ClickTotals {
  const human = visits.filter(({ kind }) => kind === 'human');
  return {
    clicks: human.length,
    uniqueClicks: new Set(human.map(({ clickId }) => clickId)).size,
    botClicks: visits.length - human.length,
    scannerClicks: visits.filter(({ kind }) => kind === 'scanner').length,
    prefetchClicks: visits.filter(({ kind }) => kind === 'prefetch').length,
    headClicks: visits.filter(({ kind }) => kind === 'head').length,
  };
}

/** Rule 6. */
function checkClickTotals(state: State): void {
  const visits = state.visits.map(({ visit }) => visit);
  const expectTotals = (key: { pk: string; sk: string }, of: readonly Visit[], what: string): void => {
    const stored = state.byKey.get(nameOfKey(key));
    const totals = totalsBy((name) => Number(stored?.[name] ?? 0));
    expect(totals, `rule 6: clicks of ${what}`).toEqual(totalsOf(of));
  };
  expectTotals(keys.programClicks(programId), visits, 'the program');
  for (const { code } of state.links) {
    expectTotals(
      keys.linkClicks(code),
      visits.filter((visit) => visit.code === code),
      `link ${code}`,
    );
  }
  for (const { userId } of state.participants) {
    expectTotals(
      keys.participantClicks(participantKey(programId, userId)),
      visits.filter((visit) => visit.userId === userId),
      userId,
    );
  }
}

/** What a participant is shown is what is stored. */
async function checkStats({ ports }: World, state: State, userId: string): Promise<void> {
  const overview = await ports.findOverview(programId, userId, new Date(ports.now()).toISOString());
  expect(overview?.clicks, `clicks shown to ${userId}`).toEqual(
    totalsOf(state.visits.map(({ visit }) => visit).filter((visit) => visit.userId === userId)),
  );
  expect(overview?.progress.completed, `referrals shown to ${userId}`).toBe(completedOf(state, userId));
}
