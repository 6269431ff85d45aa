import type * as z from 'zod';
import * as contract from '../links.ts';
import { exampleOf } from './example.ts';
import { alices, times } from './story.ts';

const link: z.output<typeof contract.link> = {
  code: 'alice-rocks',
  link: 'https://go.shop.example/r/alice-rocks',
  ...alices,
  destination: 'https://shop.example/start',
  status: 'active',
  createdAt: times.registered,
};

export const linkExamples = [
  exampleOf(contract.generateLink, {
    body: { userId: 'alice', code: 'alice-rocks' },
    answer: { code: link.code, link: link.link, ...alices },
  }),
  exampleOf(contract.createLink, {
    body: { code: 'alice-spring', destination: 'https://shop.example/spring', clickCap: 1000 },
    answer: {
      link: {
        ...link,
        code: 'alice-spring',
        link: 'https://go.shop.example/r/alice-spring',
        destination: 'https://shop.example/spring',
        clickCap: 1000,
      },
    },
  }),
  exampleOf(contract.listLinks, { answer: { links: [link] } }),
  exampleOf(contract.getLink, {
    answer: {
      link,
      clicks: {
        clicks: 41,
        uniqueClicks: 37,
        botClicks: 12,
        scannerClicks: 5,
        prefetchClicks: 1,
        headClicks: 2,
      },
    },
  }),
  exampleOf(contract.updateLink, {
    body: { expiresAt: '2026-12-31T23:59:59.000Z' },
    answer: { link: { ...link, expiresAt: '2026-12-31T23:59:59.000Z' } },
  }),
  exampleOf(contract.deactivateLink, { answer: { link: { ...link, status: 'inactive' } } }),
  exampleOf(contract.getLinkQr, {}),
];
