import { describe, expect, it } from 'vitest';
import { isDisposableDomain } from '../../shared/runtime/disposable-domains.ts';

describe('isDisposableDomain', () => {
  it.each([
    'mailinator.com',
    'a.b.mailinator.com',
    'guerrillamail.com',
    'yopmail.com',
    'temp-mail.org',
    'trashmail.de',
  ])('knows %s', async (domain) => expect(await isDisposableDomain(domain)).toBe(true));
  it.each([
    'not-mailinator.com',
    'mailinator.com.example',
    'example.com',
    'gmail.com',
    'duck.com',
    'com',
    '',
  ])('leaves %s alone', async (domain) => expect(await isDisposableDomain(domain)).toBe(false));
});
