import { describe, expect, it } from 'vitest';
import { findUnknownMatchers } from '../../../local/event-pattern/find-unknown-matchers.ts';
import { matchEventPattern } from '../../../local/event-pattern/match-event-pattern.ts';

const EC2 = {
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '111122223333',
  time: '2017-12-22T18:43:48Z',
  region: 'us-west-1',
  resources: ['arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0'],
  detail: { 'instance-id': 'i-1234567890abcdef0', state: 'terminated' },
};

const ORDER = {
  'detail-type': 'Order',
  detail: {
    'c-count': 5,
    'd-count': 3.018,
    'x-limit': 301.8,
    state: 'Initializing',
    empty: '',
    nothing: null,
    tags: ['a', 'b'],
  },
};

const STREAM_RECORD = {
  eventName: 'INSERT',
  dynamodb: {
    Keys: { pk: { S: 'CLICK#1' } },
    NewImage: {
      pk: { S: 'CLICK#1' },
      amount: { N: '12' },
      items: [
        { kind: 'x', n: 1 },
        { kind: 'y', n: 2 },
      ],
    },
  },
};

const CASES: readonly [name: string, pattern: unknown, event: unknown, expected: boolean][] = [
  [
    'exact values',
    { source: ['aws.ec2'], 'detail-type': ['EC2 Instance State-change Notification'] },
    EC2,
    true,
  ],
  ['nested fields, any of several', { detail: { state: ['stopping', 'terminated'] } }, EC2, true],
  ['a value that is not listed', { detail: { state: ['running'] } }, EC2, false],
  [
    'an element of a list',
    { resources: ['arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0'] },
    EC2,
    true,
  ],
  ['prefix', { time: [{ prefix: '2017-12-22' }] }, EC2, true],
  ['prefix ignoring case', { source: [{ prefix: { 'equals-ignore-case': 'AWS.' } }] }, EC2, true],
  ['suffix', { source: [{ suffix: 'ec2' }] }, EC2, true],
  ['suffix ignoring case', { source: [{ suffix: { 'equals-ignore-case': 'EC2' } }] }, EC2, true],
  ['suffix that differs', { source: [{ suffix: 's3' }] }, EC2, false],
  ['equals-ignore-case', { detail: { state: [{ 'equals-ignore-case': 'TERMINATED' }] } }, EC2, true],
  ['anything-but a text', { detail: { state: [{ 'anything-but': 'initializing' }] } }, ORDER, true],
  [
    'anything-but a list',
    { detail: { state: [{ 'anything-but': ['Initializing', 'stopped'] }] } },
    ORDER,
    false,
  ],
  ['anything-but numbers', { detail: { 'x-limit': [{ 'anything-but': [100, 200, 300] }] } }, ORDER, true],
  ['anything-but prefix', { detail: { state: [{ 'anything-but': { prefix: 'Init' } }] } }, ORDER, false],
  [
    'anything-but suffixes',
    { detail: { state: [{ 'anything-but': { suffix: ['ing', 'ed'] } }] } },
    ORDER,
    false,
  ],
  [
    'anything-but equals-ignore-case',
    { detail: { state: [{ 'anything-but': { 'equals-ignore-case': ['initializing'] } }] } },
    ORDER,
    false,
  ],
  ['anything-but wildcard', { detail: { state: [{ 'anything-but': { wildcard: '*lib*' } }] } }, ORDER, true],
  ['anything-but of an absent field', { detail: { colour: [{ 'anything-but': 'x' }] } }, ORDER, false],
  [
    'numeric ranges',
    {
      detail: {
        'c-count': [{ numeric: ['>', 0, '<=', 5] }],
        'd-count': [{ numeric: ['<', 10] }],
        'x-limit': [{ numeric: ['=', 3.018e2] }],
      },
    },
    ORDER,
    true,
  ],
  ['numeric out of range', { detail: { 'c-count': [{ numeric: ['>', 0, '<', 5] }] } }, ORDER, false],
  [
    'numeric of a text',
    { dynamodb: { NewImage: { amount: { N: [{ numeric: ['>', 0] }] } } } },
    STREAM_RECORD,
    false,
  ],
  ['exists', { detail: { 'c-count': [{ exists: true }] } }, ORDER, true],
  ['exists of an absent field', { detail: { 'no-count': [{ exists: true }] } }, ORDER, false],
  ['not exists', { dynamodb: { OldImage: { pk: [{ exists: false }] } } }, STREAM_RECORD, true],
  ['not exists of a field', { detail: { state: [{ exists: false }] } }, ORDER, false],
  ['exists of what is no leaf', { detail: [{ exists: true }] }, ORDER, false],
  ['an empty text', { detail: { empty: [''] } }, ORDER, true],
  ['null', { detail: { nothing: [null] } }, ORDER, true],
  ['null is not absent', { detail: { nowhere: [null] } }, ORDER, false],
  ['lists that meet', { detail: { tags: ['b', 'c'] } }, ORDER, true],
  ['lists that do not meet', { detail: { tags: ['c'] } }, ORDER, false],
  ['wildcard', { source: [{ wildcard: 'a*s.*2' }] }, EC2, true],
  ['wildcard that differs', { source: [{ wildcard: 'a*s.*3' }] }, EC2, false],
  ['wildcard with no overlap', { source: [{ wildcard: 'aws.ec2*ec2' }] }, EC2, false],
  [
    '$or, one of them',
    { source: ['aws.ec2'], $or: [{ region: ['eu-west-1'] }, { detail: { state: [{ prefix: 'term' }] } }] },
    EC2,
    true,
  ],
  [
    '$or, none of them',
    { source: ['aws.ec2'], $or: [{ region: ['eu-west-1'] }, { detail: { state: ['x'] } }] },
    EC2,
    false,
  ],
  ['$or inside a field', { detail: { $or: [{ 'c-count': [1] }, { 'c-count': [5] }] } }, ORDER, true],
  ['several matchers of a field', { detail: { 'c-count': [1, { numeric: ['>', 4] }] } }, ORDER, true],
  [
    'a filter of a stream',
    { eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { pk: { S: [{ prefix: 'CLICK#' }] } } } },
    STREAM_RECORD,
    true,
  ],
  [
    'one element of a list of objects',
    { dynamodb: { NewImage: { items: { kind: ['y'], n: [2] } } } },
    STREAM_RECORD,
    true,
  ],
  [
    'not two elements together',
    { dynamodb: { NewImage: { items: { kind: ['y'], n: [1] } } } },
    STREAM_RECORD,
    false,
  ],
  ['a number is not its text', { detail: { 'c-count': ['5'] } }, ORDER, false],
];

describe('matchEventPattern', () => {
  it.each(CASES)('%s', (_name, pattern, event, expected) => {
    expect(matchEventPattern(pattern, event)).toBe(expected);
  });

  it.each([
    [{ source: 'aws.ec2' }, 'a field takes a list or an object'],
    [{ source: [{ cidr: '10.0.0.0/8' }] }, 'cidr is not known'],
    [{ source: [{ prefix: 'a', suffix: 'b' }] }, 'a matcher has exactly one name'],
    [{ source: [{ numeric: ['about', 5] }] }, 'numeric about is not known'],
  ])('refuses %j', (pattern, why) => {
    expect(() => matchEventPattern(pattern, EC2)).toThrow(why);
  });

  it('names the matchers that it does not know before any event comes', () => {
    expect(
      findUnknownMatchers({ a: [{ cidr: 'x' }], $or: [{ b: { c: [{ near: 1 }] } }, { d: ['x'] }] }),
    ).toEqual(['cidr', 'near']);
    expect(CASES.flatMap(([, pattern]) => findUnknownMatchers(pattern))).toEqual([]);
  });
});
