import type * as z from 'zod';
import type { program } from '../programs/program.ts';
import * as contract from '../programs.ts';
import { exampleOf } from './example.ts';
import { times } from './story.ts';

const commission = {
  ruleId: 'commission',
  event: 'order.paid',
  side: 'referrer',
  kind: 'cash',
  amount: { type: 'percentage', rate: '20' },
  basis: { type: 'net', excludedProducts: [], excludedCategories: [] },
  months: 12,
  hold: { days: 30 },
} as const;

const partners: z.output<typeof program> = {
  programId: 'partners',
  name: 'Partners',
  destination: 'https://shop.example/start',
  fallbackUrl: 'https://shop.example/start',
  destinationHosts: ['shop.example'],
  redirect: { status: 302, passthrough: 'all', deepLinkPaths: [], apps: {} },
  attribution: { model: 'last_touch', windowDays: 30 },
  linkLimit: 10,
  versioning: 'kept',
  qualification: [],
  rules: [
    {
      ...commission,
      basis: { type: 'net', excludedProducts: [], excludedCategories: [] },
      limitPerReferee: null,
      caps: [],
      excludedPaymentMethods: [],
      priority: 0,
    },
  ],
  freedLimits: 'kept',
  budgets: [],
  rates: [],
  tiers: [],
  milestones: [],
  payouts: { minimums: [{ currency: 'EUR', amount: 5000 }], requires: [], limits: [] },
  hooks: {},
  version: 1,
  createdAt: times.registered,
  updatedAt: times.registered,
};

export const programExamples = [
  exampleOf(contract.createProgram, {
    body: {
      programId: 'partners',
      name: 'Partners',
      destination: 'https://shop.example/start',
      destinationHosts: ['shop.example'],
      attribution: { model: 'last_touch', windowDays: 30 },
      rules: [{ ...commission, basis: { type: 'net' } }],
      milestones: [],
      payouts: { minimums: [{ currency: 'EUR', amount: 5000 }] },
    },
    answer: { program: partners, warnings: [] },
  }),
  exampleOf(contract.listPrograms, { answer: { programs: [partners] } }),
  exampleOf(contract.getProgram, { answer: { program: partners } }),
  exampleOf(contract.updateProgram, {
    body: { linkLimit: 50, expectedVersion: 1 },
    answer: { program: { ...partners, linkLimit: 50, version: 2, updatedAt: times.clicked }, warnings: [] },
  }),
  exampleOf(contract.deleteProgram, { answer: { program: partners } }),
  exampleOf(contract.listProgramVersions, {
    answer: { versions: [{ ...partners, linkLimit: 50, version: 2, updatedAt: times.clicked }, partners] },
  }),
];
