import { describe, expect, it } from 'vitest';
import { noPageView } from '../../../../shared/domain/fraud/rules/no-page-view.ts';
import { honest, observed } from '../signals.ts';

describe('a click that no page followed', () => {
  it('is found where nobody says that the page was seen', () => {
    expect(observed(noPageView, {})).toEqual({});
    expect(observed(noPageView, { landed: false })).toEqual({});
    expect(observed(noPageView, { landed: true })).toBeUndefined();
  });

  it('is not looked for where there was no click', () => {
    const { click: _, ...withoutClick } = honest;
    expect(noPageView.observe(withoutClick, {})).toBeUndefined();
  });
});
