import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeError, log, recordMetrics } from '../../shared/runtime/log.ts';

let written = '';
beforeEach(() => {
  written = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

describe('log', () => {
  it('writes one line of JSON, whatever the text', () => {
    log('warn', 'two\nlines', { code: 'abc' });
    expect(written.split('\n')).toHaveLength(2);
    expect(JSON.parse(written)).toEqual({ level: 'warn', message: 'two\nlines', code: 'abc' });
  });
});

describe('describeError', () => {
  it('tells kind, text and place', () => {
    const described = describeError(new RangeError('too far'));
    expect(described).toMatchObject({ error: 'RangeError', detail: 'too far' });
    expect(String(described['stack'])).toContain('log.test.ts');
  });

  it('tells nothing of what an error carries', () => {
    const error = Object.assign(new Error('x'), { request: { authorization: 'po_secret' } });
    expect(JSON.stringify(describeError(error))).not.toContain('po_secret');
    expect(describeError({ authorization: 'po_secret' })).toEqual({ error: 'object' });
    expect(describeError('po_secret')).toEqual({ error: 'string' });
  });
});

describe('recordMetrics', () => {
  it('writes them in the embedded format, with their values beside it', () => {
    recordMetrics({ BalancesChecked: 3, BalanceMismatch: 0 });
    expect(JSON.parse(written)).toMatchObject({
      BalancesChecked: 3,
      BalanceMismatch: 0,
      Stage: 'none',
      _aws: {
        CloudWatchMetrics: [
          {
            Namespace: 'Plusone',
            Dimensions: [['Stage']],
            Metrics: [
              { Name: 'BalancesChecked', Unit: 'Count' },
              { Name: 'BalanceMismatch', Unit: 'Count' },
            ],
          },
        ],
      },
    });
  });
});
