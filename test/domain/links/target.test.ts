import { describe, expect, it } from 'vitest';
import type { Link } from '../../../shared/domain/links/link.ts';
import { targetOf } from '../../../shared/domain/links/target.ts';
import { defaultSettings } from '../../../shared/domain/programs/default-program.ts';
import type { Program, RedirectSettings } from '../../../shared/domain/programs/program.ts';

const createdAt = '2026-05-01T10:00:00.000Z';
const program = (redirect: Partial<RedirectSettings> = {}, hosts: string[] = []): Program => {
  const settings = defaultSettings('Spring', 'https://shop.example/');
  return {
    ...settings,
    programId: 'spring',
    destinationHosts: hosts,
    redirect: { ...settings.redirect, ...redirect },
    version: 1,
    createdAt,
    updatedAt: createdAt,
  };
};
const link = (more: Partial<Link> = {}): Link => ({
  code: 'abc',
  programId: 'spring',
  userId: 'alice',
  destination: 'https://shop.example/landing?ref=1#top',
  status: 'active',
  createdAt,
  ...more,
});
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1';
const android =
  'Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36';
const laptop =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/19.0 Safari/605.1.15';
const apps = {
  ios: 'https://apps.apple.com/app/id1',
  android: 'https://play.google.com/store/apps/details?id=a',
};

describe('targetOf', () => {
  it('is the destination', () => {
    expect(targetOf(link(), program(), {})).toBe('https://shop.example/landing?ref=1#top');
    expect(targetOf(link(), undefined, { path: 'pricing' })).toBe('https://shop.example/landing?ref=1#top');
  });

  it('is an allowed path on its host, with its query, and the destination for any other path', () => {
    const deep = program({ deepLinkPaths: ['/products/*'] });
    expect(targetOf(link(), deep, { path: 'products/42' })).toBe('https://shop.example/products/42?ref=1');
    expect(targetOf(link(), deep, { path: 'admin' })).toBe(link().destination);
  });

  it.each([
    ['an iPhone', iphone, apps.ios],
    ['an Android phone', android, apps.android],
    ['a laptop', laptop, link().destination],
    ['nobody knows what', undefined, link().destination],
  ])('is for %s what the link or else the program names', (_, userAgent, target) => {
    expect(targetOf(link({ apps }), program(), { userAgent })).toBe(target);
    expect(targetOf(link(), program({ apps }), { userAgent })).toBe(target);
    const others = { ios: 'https://other.example/', android: 'https://other.example/' };
    expect(targetOf(link({ apps }), program({ apps: others }), { userAgent })).toBe(target);
  });

  it('is the path on the web for phones too', () => {
    const deep = program({ deepLinkPaths: ['/*'], apps });
    expect(targetOf(link(), deep, { path: 'products/42', userAgent: iphone })).toBe(
      'https://shop.example/products/42?ref=1',
    );
  });

  it('gives way where the program has come to name its hosts', () => {
    const strict = program({ deepLinkPaths: ['/*'] }, ['shop.example']);
    const stray = link({ destination: 'https://evil.example/', apps });
    expect(targetOf(stray, strict, {})).toBe('https://shop.example/');
    expect(targetOf(stray, strict, { userAgent: iphone })).toBe('https://shop.example/');
    expect(targetOf(stray, strict, { path: 'a' })).toBe('https://shop.example/a');
  });
});
