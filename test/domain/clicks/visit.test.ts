import { describe, expect, it } from 'vitest';
import {
  classifyVisit,
  doubtsAbout,
  takesRepeats,
  type VisitKind,
  type VisitSignals,
  visitWindow,
} from '../../../shared/domain/clicks/visit.ts';

const person: VisitSignals = {
  method: 'GET',
  userAgent: 'Mozilla/5.0 Firefox/140',
  purpose: ['', ''],
  isBotAgent: false,
};

describe('classifyVisit', () => {
  it.each<[string, Partial<VisitSignals>, VisitKind]>([
    ['a browser', {}, 'human'],
    ['a browser that navigates', { fetchDest: 'document', fetchUser: '?1' }, 'human'],
    ['a link followed without a click, by a script', { fetchDest: 'document' }, 'human'],
    ['a fetch of a script', { fetchDest: 'empty' }, 'human'],
    ['a click within a frame', { fetchDest: 'iframe', fetchUser: '?1' }, 'human'],
    ['a purpose that says nothing of the kind', { purpose: ['navigate'] }, 'human'],
    ['an app named like a chat', { userAgent: 'Mozilla/5.0 (iPhone) Instagram 334.0' }, 'human'],
    ['a known crawler', { isBotAgent: true }, 'bot'],
    ['a known crawler that asks by HEAD', { isBotAgent: true, method: 'HEAD' }, 'bot'],
    ['no user agent', { userAgent: undefined }, 'bot'],
    ['an empty user agent', { userAgent: '' }, 'bot'],
    ['a blank user agent', { userAgent: '  ' }, 'bot'],
    ['a chat', { userAgent: 'Slackbot-LinkExpanding 1.0', isBotAgent: true }, 'scanner'],
    ['a chat that the list does not know', { userAgent: 'WhatsApp/2.23' }, 'scanner'],
    ['a chat that asks by HEAD', { userAgent: 'Slackbot 1.0', method: 'HEAD' }, 'scanner'],
    ['a mail gateway', { userAgent: 'Barracuda Sentinel (EE)' }, 'scanner'],
    ['a HEAD request', { method: 'HEAD' }, 'head'],
    ['a HEAD request ahead of time', { method: 'HEAD', purpose: ['prefetch'] }, 'head'],
    ['a prefetch', { purpose: ['prefetch'] }, 'prefetch'],
    ['a prefetch with more words', { purpose: ['', 'prefetch;prerender'] }, 'prefetch'],
    ['a prerender', { purpose: ['prerender'] }, 'prefetch'],
    ['a preview in capitals', { purpose: ['', '', 'PREVIEW'] }, 'prefetch'],
    ['an image of a page', { fetchDest: 'image' }, 'prefetch'],
    ['a script of a page', { fetchDest: 'script' }, 'prefetch'],
    ['a hidden frame', { fetchDest: 'iframe' }, 'prefetch'],
  ])('%s', (_, signals, kind) => expect(classifyVisit({ ...person, ...signals })).toBe(kind));
});

describe('doubtsAbout', () => {
  const browser = { accept: 'text/html', acceptLanguage: 'de', fetchMode: 'navigate' };

  it.each([
    ['a browser', {}, []],
    ['an old browser', { fetchMode: undefined }, []],
    ['a request without a language', { acceptLanguage: undefined }, ['no_language']],
    ['a request that takes nothing', { accept: '' }, ['no_accept']],
    ['a fetch of a script', { fetchMode: 'cors' }, ['not_navigated']],
    ['a tool', { accept: undefined, acceptLanguage: '' }, ['no_accept', 'no_language']],
  ])('%s', (_, headers, doubts) => expect(doubtsAbout({ ...browser, ...headers })).toEqual(doubts));
});

describe('takesRepeats', () => {
  it('is for an hour, to the millisecond', () => {
    expect([0, 3_599_999, 3_600_000].map((later) => takesRepeats(7, 7 + later))).toEqual([true, true, false]);
  });
});

describe('visitWindow', () => {
  const at = Date.parse('2026-05-01T10:00:00.000Z');
  it('is one for the whole of a clock hour', () => expect(visitWindow(at + 3_599_999)).toBe(visitWindow(at)));
  it('is another one at the next', () => {
    expect(visitWindow(at + 3_600_000)).toBe(visitWindow(at) + 1);
    expect(visitWindow(at - 1)).toBe(visitWindow(at) - 1);
  });
});
