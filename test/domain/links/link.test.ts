import { describe, expect, it } from 'vitest';
import { isAsWished, isInUse, type Link, statusAt } from '../../../shared/domain/links/link.ts';

const expiresAt = '2026-06-01T00:00:00+02:00';
const end = Date.parse(expiresAt);

describe('how a link stands', () => {
  it.each([
    ['active, without an end', { status: 'active' } as const, end, 'active'],
    ['inactive', { status: 'inactive' } as const, end, 'inactive'],
    ['a moment before its end', { status: 'active', expiresAt } as const, end - 1, 'active'],
    ['at its end', { status: 'active', expiresAt } as const, end, 'expired'],
    ['inactive before its end', { status: 'inactive', expiresAt } as const, end - 1, 'inactive'],
    ['inactive after its end', { status: 'inactive', expiresAt } as const, end, 'inactive'],
  ])('%s', (_, link, now, status) => {
    expect(statusAt(link, now)).toBe(status);
    expect(isInUse(link, now)).toBe(status === 'active');
  });
});

describe('isAsWished', () => {
  const link: Link = {
    code: 'abc',
    programId: 'p',
    userId: 'alice',
    destination: 'https://a.example/',
    status: 'active',
    clickCap: 5,
    apps: { ios: 'https://a.example/app' },
    createdAt: '2026-05-01T10:00:00.000Z',
  };
  it.each([
    [{}, true],
    [{ destination: 'https://a.example/', clickCap: 5, apps: { ios: 'https://a.example/app' } }, true],
    [{ destination: 'https://a.example/b' }, false],
    [{ clickCap: 6 }, false],
    [{ expiresAt }, false],
    [{ apps: {} }, false],
    [{ apps: { ios: 'https://a.example/app', android: 'https://a.example/app' } }, false],
  ])('%j: %j', (wishes, wished) => expect(isAsWished(link, wishes)).toBe(wished));
});
