import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, call, startBackend } from '../backend.ts';

let backend: Backend;
let handler: typeof import('../../../functions/api/programs/handler.ts').handler;

beforeAll(async () => {
  backend = await startBackend();
  ({ handler } = await import('../../../functions/api/programs/handler.ts'));
});
afterAll(() => backend.stop());

let made = 0;

/** A program of its own, and what changes it. */
async function open(settings: object = {}) {
  const programId = `p-${++made}`;
  const body = { programId, name: 'P', destination: 'https://shop.example/', ...settings };
  const { body: answer } = await call(handler, { routeKey: 'POST /v1/programs', body });
  const patch = (change: object) =>
    call(handler, {
      routeKey: 'PATCH /v1/programs/{programId}',
      pathParameters: { programId },
      body: change,
    });
  return { program: answer.program, patch };
}

describe('a change of a program', () => {
  it('leaves a rule of fraud as it is where it names another, and takes one away by null', async () => {
    const { patch } = await open();
    await patch({ fraud: { rules: { same_device: { action: 'hold', score: 40 } }, holdScore: 80 } });
    const { body } = await patch({
      fraud: { rules: { velocity_ip: { limit: 10 }, same_device: { score: 50 } } },
    });
    const rules = { same_device: { action: 'hold', score: 50 }, velocity_ip: { limit: 10 } };
    expect(body.program.fraud).toEqual({ rules, holdScore: 80 });
    const less = await patch({ fraud: { rules: { same_device: null }, holdScore: null } });
    expect(less.body.program.fraud).toEqual({ rules: { velocity_ip: { limit: 10 } } });
    expect((await patch({ fraud: null })).body.program).not.toHaveProperty('fraud');
  });

  it('keeps deep links where it says what is passed on, and takes back what comes by itself', async () => {
    const apps = { ios: 'https://shop.example/ios', android: 'https://shop.example/android' };
    const { patch } = await open({ redirect: { status: 307, deepLinkPaths: ['/a/*'], apps } });
    const { body } = await patch({ redirect: { passthrough: 'utm', apps: { ios: null } } });
    expect(body.program.redirect).toEqual({
      status: 307,
      passthrough: 'utm',
      deepLinkPaths: ['/a/*'],
      apps: { android: apps.android },
    });
    const back = await patch({ redirect: { status: null, deepLinkPaths: null, apps: null } });
    expect(back.body.program.redirect).toEqual({
      status: 302,
      passthrough: 'utm',
      deepLinkPaths: [],
      apps: {},
    });
  });

  it('sets a window without the model, and one list of the terms of payouts without the others', async () => {
    const { patch } = await open({
      attribution: { model: 'last_touch', windowDays: 7, precedence: ['code'] },
    });
    const { body } = await patch({ attribution: { windowDays: 30 } });
    expect(body.program.attribution).toEqual({ model: 'last_touch', windowDays: 30, precedence: ['code'] });
    const limits = [{ period: 'day', rewards: 1 }];
    const minimums = [{ currency: 'USD', amount: 1000 }];
    await patch({ payouts: { minimums } });
    expect((await patch({ payouts: { limits } })).body.program.payouts).toEqual({
      minimums,
      requires: [],
      limits,
    });
  });

  it('replaces a list as a whole, and keeps the nulls in it', async () => {
    const { patch } = await open();
    const rule = { ruleId: 'join', event: 'user.registered', side: 'referee', kind: 'badge', name: 'In' };
    const { body } = await patch({ rules: [{ ...rule, limitPerReferee: null }] });
    expect(body.program.rules).toMatchObject([{ ruleId: 'join', limitPerReferee: null }]);
    expect(body.program.rules).toHaveLength(1);
  });

  it('is checked with what it is merged into', async () => {
    const { patch } = await open({
      hooks: { validation: { url: 'https://hooks.example/', timeoutMs: 500 } },
    });
    const lambdaArn = 'arn:aws:lambda:us-east-1:123456789012:function:mine';
    const both = await patch({ hooks: { validation: { lambdaArn } } });
    expect(both.body.errors).toEqual([
      { field: 'hooks.validation', message: 'needs either lambdaArn or url' },
    ]);
    const other = await patch({ hooks: { validation: { lambdaArn, url: null } } });
    expect(other.body.program.hooks.validation).toEqual({ lambdaArn, timeoutMs: 500, fallback: 'default' });
    expect((await patch({ hooks: { validation: null } })).body.program.hooks).toEqual({});
    const needed = await patch({ hooks: { calculation: { timeoutMs: 500 } } });
    expect(needed.body.errors).toMatchObject([{ field: 'hooks.calculation' }]);
  });

  it('sets no fallback by null, and takes nothing away that is needed', async () => {
    const { program, patch } = await open();
    expect((await patch({ fallbackUrl: null })).body.program.fallbackUrl).toBeNull();
    for (const [field, change] of [
      ['rules', { rules: null }],
      ['name', { name: null }],
      ['attribution.model', { attribution: { model: null } }],
      ['redirect', { redirect: null }],
      ['fraud.rules.same_device.moon', { fraud: { rules: { same_device: { moon: 1 } } } }],
    ] as const) {
      expect((await patch(change)).body).toMatchObject({ code: 'invalid_request', errors: [{ field }] });
    }
    const { body } = await patch({});
    expect(body.program).toEqual({
      ...program,
      fallbackUrl: null,
      version: 3,
      updatedAt: body.program.updatedAt,
    });
  });

  /** Where values lie, with some that they may have. */
  const places = {
    name: ['A', 'B'],
    linkLimit: [1, 2],
    'attribution.model': ['first_touch', 'last_touch'],
    'attribution.windowDays': [7, 30],
    'attribution.precedence': [['code'], ['click', 'link'], null],
    'redirect.status': [301, 307],
    'redirect.passthrough': ['utm', 'none'],
    'redirect.deepLinkPaths': [['/a'], []],
    'redirect.apps.ios': ['https://shop.example/ios', null],
    'payouts.minimums': [[{ currency: 'USD', amount: 1 }], []],
    'payouts.limits': [[{ period: 'day', rewards: 1 }], []],
    'hooks.notification.url': ['https://hooks.example/a', 'https://hooks.example/b'],
    'fraud.holdScore': [50, null],
    'fraud.rules.same_device.action': ['hold', 'off', null],
    'fraud.rules.same_device.score': [10, null],
    'fraud.rules.velocity_ip.limit': [5, 6],
  } as const;
  const changes = fc
    .tuple(
      ...Object.entries(places).map(([path, values]) =>
        fc.option(fc.constantFrom(...(values as readonly unknown[])).map((value) => [path, value] as const)),
      ),
    )
    .map((some) => some.filter((one) => one !== null));

  it('changes what it names, and nothing else', async () => {
    const { patch } = await open();
    await fc.assert(
      fc.asyncProperty(changes, async (named) => {
        const before = (await patch({})).body.program;
        const { status, body } = await patch(documentOf(named));
        expect(status).toBe(200);
        const given = new Map<string, unknown>(named);
        for (const path of Object.keys(places)) {
          const expected = given.has(path) ? (given.get(path) ?? undefined) : at(before, path);
          expect([path, at(body.program, path)]).toEqual([path, expected]);
        }
        const others = ['rules', 'milestones', 'destination', 'createdAt', 'versioning'];
        for (const path of others) expect(at(body.program, path)).toEqual(at(before, path));
      }),
      { numRuns: 40 },
    );
  });
});

/** Values at their paths, as one document. */
function documentOf(values: readonly (readonly [string, unknown])[]): object {
  const document: Record<string, unknown> = {};
  for (const [path, value] of values) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let inner = document;
    for (const name of names) {
      inner[name] ??= {};
      inner = inner[name] as Record<string, unknown>;
    }
    inner[last] = value;
  }
  return document;
}

function at(document: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], document);
}
