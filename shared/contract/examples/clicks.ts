import { timeseries } from '../analytics.ts';
import * as contract from '../clicks.ts';
import { exampleOf } from './example.ts';
import { alices, ids, times } from './story.ts';

const token = 'p1.mi8w4j5s.3q8zk1vdn5m7r2t9w4x6y0b8ch.alice-rocks.default.q1x0v8Zt3mB7nR2wK5pT4c';
const accepted = { clickId: ids.click, code: 'alice-rocks', token };
const noClicks = {
  clicks: 0,
  uniqueClicks: 0,
  botClicks: 0,
  scannerClicks: 0,
  prefetchClicks: 0,
  headClicks: 0,
};

export const clickExamples = [
  exampleOf(contract.trackClick, {
    body: {
      referralCode: 'alice-rocks',
      ip: '203.0.113.7',
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0',
    },
    answer: accepted,
  }),
  exampleOf(contract.recordClicks, {
    body: {
      clicks: [
        { id: 'visit-1', referralCode: 'alice-rocks', visitorId: 'v-77', country: 'CH', language: 'de-CH' },
        { id: 'visit-2', referralCode: 'nobodys' },
      ],
    },
    answer: {
      clicks: [
        { id: 'visit-1', status: 'accepted', ...accepted },
        {
          id: 'visit-2',
          status: 'refused',
          problem: { code: 'code_not_found', title: 'No such referral code' },
        },
      ],
    },
  }),
  exampleOf(contract.getClick, {
    answer: {
      click: {
        clickId: ids.click,
        code: 'alice-rocks',
        ...alices,
        kind: 'human',
        visits: 1,
        createdAt: times.clicked,
        device: 'desktop',
        browser: 'Firefox',
        os: 'Linux',
        language: 'en',
        referrerHost: 'news.example',
        utm: { source: 'newsletter', medium: 'email' },
      },
    },
  }),
  exampleOf(timeseries, {
    answer: {
      programId: 'default',
      interval: 'day',
      from: '2026-11-20',
      to: '2026-11-21',
      total: { ...noClicks, clicks: 3, uniqueClicks: 2, botClicks: 1 },
      points: [
        { start: '2026-11-20T00:00:00.000Z', ...noClicks },
        { start: '2026-11-21T00:00:00.000Z', ...noClicks, clicks: 3, uniqueClicks: 2, botClicks: 1 },
      ],
    },
  }),
];
