import { describe, expect, it, vi } from 'vitest';
import type { Visit } from '../../../shared/domain/clicks/visit.ts';
import type { Link } from '../../../shared/domain/links/link.ts';
import { defaultSettings } from '../../../shared/domain/programs/default-program.ts';
import type { Program } from '../../../shared/domain/programs/program.ts';
import { makeHasher } from '../../../shared/runtime/hasher.ts';
import { system } from '../../../shared/runtime/system.ts';
import { followLink, type Onward } from '../../../shared/usecases/clicks/follow-link.ts';
import type { Visitor } from '../../../shared/usecases/clicks/record-visit.ts';

const createdAt = '2026-05-01T10:00:00.000Z';
const program = (programId: string): Program => ({
  ...defaultSettings(programId, `https://${programId}.example/`),
  programId,
  fallbackUrl: `https://${programId}.example/fallback`,
  attribution: { model: 'first_touch', windowDays: 30 },
  version: 1,
  createdAt,
  updatedAt: createdAt,
});
const link = (code: string, more: Partial<Link> = {}): Link => ({
  code,
  programId: 'spring',
  userId: 'alice',
  destination: 'https://spring.example/shop?a=1',
  status: 'active',
  createdAt,
  ...more,
});
const links = [
  link('live'),
  link('dead', { status: 'inactive' }),
  link('orphan', { programId: 'gone' }),
  link('unknown'),
];
type Remembering = Onward & { readonly remember: { readonly click: string } };
const visitor: Visitor = { kind: 'human', ip: '203.0.113.7', userAgent: 'Firefox', referrer: undefined };

function ports() {
  const stored: { visit: Visit; knownRepeat: boolean }[] = [];
  return {
    ...system,
    ...makeHasher('a secret'),
    stored,
    findLink: async (code: string) => links.find((one) => one.code === code),
    findProgram: async (id: string) => (['default', 'spring'].includes(id) ? program(id) : undefined),
    storeVisit: vi.fn(async (visit: Visit, knownRepeat: boolean) => {
      stored.push({ visit, knownRepeat });
      return { first: true };
    }),
    useClicks: vi.fn(async () => true),
    visitLost: vi.fn(),
  };
}

describe('followLink', () => {
  it('leads to the destination with code and click, and says how long to remember it', async () => {
    const world = ports();
    const onward = await followLink(world, { code: 'live' }, visitor);
    const [clickId, ...others] = world.stored.map(({ visit }) => visit.clickId);
    expect(others).toEqual([]);
    expect(onward).toEqual({
      location: `https://spring.example/shop?a=1&plusone_code=live&plusone_click=${clickId}`,
      status: 302,
      remember: {
        click: expect.stringMatching(new RegExp(`^${clickId}\\.[0-9a-z]+\\.[0-9a-z]{26}$`)),
        days: 30,
      },
    });
  });

  it.each([
    ['a code out of use', 'dead', 'https://spring.example/fallback', {}],
    ['a code that nobody has', 'nobody', 'https://default.example/fallback', { isUnknown: true }],
    [
      'no code at all, also where a code of that word exists',
      undefined,
      'https://default.example/fallback',
      { isUnknown: true },
    ],
  ])('leads %s to the fallback, and counts nothing', async (_, code, location, more) => {
    const world = ports();
    expect(await followLink(world, { code }, visitor)).toEqual({ location, status: 302, ...more });
    expect(world.stored).toEqual([]);
  });

  it('leads on where the link’s program is gone', async () => {
    expect(await followLink(ports(), { code: 'orphan' }, visitor)).toMatchObject({ remember: { days: 7 } });
  });

  it('knows the visitor again by the click that the browser remembers', async () => {
    const world = ports();
    const { remember } = (await followLink(world, { code: 'live' }, visitor)) as Remembering;
    await followLink(world, { code: 'live' }, { ...visitor, remembered: remember.click });
    await followLink(world, { code: 'live' }, { ...visitor, remembered: 'clk_of another' });
    expect(world.stored.map(({ knownRepeat }) => knownRepeat)).toEqual([false, true, false]);
  });

  it('leads on without a click where the visit cannot be kept', async () => {
    const world = ports();
    const down = new Error('down');
    world.storeVisit.mockRejectedValueOnce(down);
    expect(await followLink(world, { code: 'live' }, visitor)).toEqual({
      location: 'https://spring.example/shop?a=1&plusone_code=live',
      status: 302,
    });
    expect(world.visitLost).toHaveBeenCalledWith('live', down);
  });
});
