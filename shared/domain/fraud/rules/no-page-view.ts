import type { FraudRule } from '../rule.ts';

/** A click after which no page was looked at. Off unless the program's pages have the snippet, which is what sees them. */
export const noPageView: FraudRule = {
  ruleId: 'no_page_view',
  needs: [],
  score: 20,
  action: 'off',
  measures: {},
  observe: ({ click, landed }) =>
    click !== undefined && landed !== true
      ? { reason: 'No page was seen after the click', evidence: {} }
      : undefined,
};
