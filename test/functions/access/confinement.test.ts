import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OperationId } from '../../../shared/contract/access.ts';
import { routeKey } from '../../../shared/contract/route.ts';
import { routes } from '../../../shared/contract/routes.ts';
import { type Backend, call, startBackend } from '../backend.ts';

/** Two programs with a link each. What is bound to the one meets what is of the other. */

let backend: Backend;
let own: string;
let foreign: string;
let foreignClick: string;

const everything = { caller: 'server', keyId: 'k', scopes: '*', programs: '*' };
const ofSpring = { ...everything, programs: 'spring' };
const annOfSpring = { caller: 'participant', programId: 'spring', userId: 'ann', tokenId: 't' };

interface Asked {
  readonly pathParameters?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: object;
}

async function ask(operationId: OperationId, asked: Asked, caller: object = ofSpring) {
  const route = routes.find((one) => one.operationId === operationId);
  if (route === undefined) throw new Error(`No route ${operationId}`);
  const { handler } = await import(`../../../functions/api/${route.area}/handler.ts`);
  return call(handler as Parameters<typeof call>[0], { routeKey: routeKey(route), ...asked, caller });
}
const codeOf = async (...asked: Parameters<typeof ask>) => {
  const { status, body } = await ask(...asked);
  return [status, (status ?? 500) < 400 ? undefined : body.code];
};

beforeAll(async () => {
  backend = await startBackend();
  const program = { programId: 'spring', name: 'Spring', destination: 'https://example.com/' };
  await ask('createProgram', { body: program }, everything);
  const link = async (body: object) => (await ask('generateLink', { body }, everything)).body.code as string;
  own = await link({ userId: 'ann', programId: 'spring' });
  foreign = await link({ userId: 'ben' });
  foreignClick = (await ask('trackClick', { body: { referralCode: foreign } }, everything)).body.clickId;
});
afterAll(() => backend.stop());

describe('a key of a program', () => {
  it('records clicks of its links, and knows no other code', async () => {
    expect(await codeOf('trackClick', { body: { referralCode: own } })).toEqual([202, undefined]);
    expect(await codeOf('trackClick', { body: { referralCode: foreign } })).toEqual([404, 'code_not_found']);
    const clicks = [own, foreign, 'nobodys'].map((referralCode) => ({ referralCode }));
    const { status, body } = await ask('recordClicks', { body: { clicks } });
    expect(status).toBe(202);
    const problem = { code: 'code_not_found', title: 'No such referral code' };
    expect(body.clicks).toEqual([
      expect.objectContaining({ status: 'accepted', code: own }),
      { status: 'refused', problem },
      { status: 'refused', problem },
    ]);
  });

  it('brings sign-ups to its program, by its codes alone', async () => {
    const signUp = (newUserId: string, evidence: object) =>
      ask('verifyReferral', { body: { newUserId, ...evidence } });
    const right = await signUp('s1', { referralCode: own });
    expect(right).toMatchObject({ status: 200, body: { referral: { programId: 'spring' } } });
    for (const evidence of [{ referralCode: foreign }, { clickId: foreignClick }, { coupon: foreign }]) {
      expect((await signUp('s2', evidence)).body.code).toBe('program_not_found');
      const named = await signUp('s2', { ...evidence, programId: 'spring' });
      expect(named.status).toBe(404);
      expect(named.body.code).not.toBe('program_not_found');
    }
    expect((await signUp('s2', { referralCode: own, programId: 'default' })).body.code).toBe(
      'program_not_found',
    );
    const { body } = await signUp('s3', { referralCode: own, clickId: foreignClick });
    expect(body.referral).toMatchObject({ programId: 'spring', referrerId: 'ann' });
    expect(JSON.stringify(body)).not.toContain(foreign);
  });

  it('lists its program alone', async () => {
    const { body } = await ask('listPrograms', {});
    expect(body.programs.map(({ programId }: { programId: string }) => programId)).toEqual(['spring']);
  });

  it('reports events of its program, all or none', async () => {
    const event = (id: string, programId?: string) => ({
      ...{ type: 'user.registered', userId: 'zed', id },
      ...(programId && { programId }),
    });
    const batch = (...events: object[]) => codeOf('recordEvents', { body: { events } });
    expect(await batch(event('e1', 'spring'), event('e2'))).toEqual([404, 'program_not_found']);
    expect(await backend.ports.findEvent('spring', 'e1')).toBeUndefined();
    expect(await batch(event('e1', 'spring'))).toEqual([202, undefined]);
  });

  it('sees of keys those that are bound to no other program', async () => {
    expect((await ask('listApiKeys', {})).body.apiKeys).toEqual([]);
  });
});

describe('a participant', () => {
  const ofAnn = { pathParameters: { programId: 'spring', userId: 'ann' } };

  it('makes links and takes them out of use, and says nothing of where they lead', async () => {
    const made = await ask('createLink', { ...ofAnn, body: { code: 'ANNS-OWN' } }, annOfSpring);
    expect(made).toMatchObject({ status: 201, body: { link: { destination: 'https://example.com/' } } });
    for (const body of [
      { destination: 'https://evil.example/' },
      { apps: { ios: 'https://evil.example/' } },
    ]) {
      expect(await codeOf('createLink', { ...ofAnn, body }, annOfSpring)).toEqual([
        403,
        'insufficient_scope',
      ]);
    }
    const { code } = made.body.link;
    const ofLink = { pathParameters: { code } };
    expect(await codeOf('deactivateLink', ofLink, annOfSpring)).toEqual([200, undefined]);
    const back = { ...ofLink, body: { status: 'active' } };
    expect(await codeOf('updateLink', back, annOfSpring)).toEqual([403, 'insufficient_scope']);
    const entries = await ask('listAuditLog', { query: { programId: 'spring' } }, everything);
    const targets = entries.body.entries.map(({ target }: { target: { id: string } }) => target.id);
    expect(targets).not.toContain(code);
  });

  it('sees of themselves what is for them', async () => {
    await ask('updateParticipant', { ...ofAnn, body: { name: 'Ann', fields: { risk: 'high' } } }, everything);
    const { body } = await ask('getParticipant', ofAnn, annOfSpring);
    expect(body.participant).toEqual({
      programId: 'spring',
      userId: 'ann',
      name: 'Ann',
      status: 'active',
      code: own,
      links: expect.any(Number),
      createdAt: expect.any(String),
    });
  });

  it('reads clicks by day of their own', async () => {
    const ofProgram = { pathParameters: { programId: 'spring' } };
    const series = (query: Record<string, string>) =>
      codeOf('timeseries', { ...ofProgram, query }, annOfSpring);
    expect(await series({ userId: 'ann' })).toEqual([200, undefined]);
    expect(await series({ userId: 'ben' })).toEqual([404, 'participant_not_found']);
    expect(await series({})).toEqual([200, undefined]);
    expect(await series({ code: own })).toEqual([400, 'invalid_request']);
  });

  it('lists their own payouts, whether or not they name themselves', async () => {
    const list = async (query: Record<string, string>) =>
      (await ask('listPayouts', { query }, annOfSpring)).body;
    const all = await list({ programId: 'spring', userId: 'ann' });
    expect(all).toHaveProperty('payouts');
    for (const query of [{}, { userId: 'ann' }, { programId: 'spring' }]) {
      expect(await list(query)).toEqual(all);
    }
    expect(await list({ userId: 'ben' })).toMatchObject({ code: 'participant_not_found' });
    expect(await list({ programId: 'default' })).toMatchObject({ code: 'program_not_found' });
  });
});
