import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyStatement } from '../../../local/deployment.ts';
import { evaluateAccess } from '../../../local/iam/evaluate-access.ts';
import { matchAction, matchArn, matchGlob } from '../../../local/iam/match-glob.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/Main';

const ask = (
  statements: readonly PolicyStatement[],
  { action = 'dynamodb:GetItem', resource = TABLE, context = {} as Record<string, string[]> } = {},
) => evaluateAccess({ policies: [{ Statement: statements }], action, resource, context });

const allow = (rest: Partial<PolicyStatement>): PolicyStatement => ({
  Effect: 'Allow',
  Action: 'dynamodb:*',
  Resource: '*',
  ...rest,
});

const isAllowedIf = (
  Condition: NonNullable<PolicyStatement['Condition']>,
  context: Record<string, string[]>,
) => ask([allow({ Condition })], { context }).allowed;

describe('evaluateAccess', () => {
  it('denies what nobody allows', () => {
    expect(ask([])).toMatchObject({ allowed: false, because: 'implicit-deny' });
    expect(ask([allow({ Action: 'dynamodb:PutItem' })])).toMatchObject({ because: 'implicit-deny' });
    expect(ask([allow({ Resource: `${TABLE}/index/*` })])).toMatchObject({ because: 'implicit-deny' });
  });

  it('allows by any statement of any policy, without regard to the case of actions', () => {
    expect(ask([allow({ Action: ['sqs:*', 'DynamoDB:getitem'], Resource: ['x', TABLE] })])).toMatchObject({
      allowed: true,
      because: 'allowed',
    });
  });

  it('lets a deny win, wherever it stands', () => {
    const deny: PolicyStatement = { Effect: 'Deny', Action: 'dynamodb:Get*', Resource: '*' };
    expect(ask([deny, allow({})])).toMatchObject({ because: 'explicit-deny' });
    expect(ask([allow({}), deny])).toMatchObject({ because: 'explicit-deny' });
  });

  it('takes NotAction and NotResource as all others', () => {
    const notAction: PolicyStatement = { Effect: 'Allow', NotAction: ['dynamodb:Delete*'], Resource: '*' };
    expect(ask([notAction]).allowed).toBe(true);
    expect(ask([notAction], { action: 'dynamodb:DeleteItem' }).allowed).toBe(false);
    const notResource: PolicyStatement = { Effect: 'Allow', Action: '*', NotResource: `${TABLE}*` };
    expect(ask([notResource]).allowed).toBe(false);
    expect(ask([notResource], { resource: 'arn:aws:sqs:::q' }).allowed).toBe(true);
  });

  it('allows nothing by an operator that it does not know, denies by it, and says so', () => {
    const Condition = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
    expect(ask([allow({ Condition })])).toEqual({
      allowed: false,
      because: 'implicit-deny',
      unknownOperators: ['IpAddress'],
    });
    expect(ask([allow({}), { Effect: 'Deny', Action: '*', Resource: '*', Condition }]).because).toBe(
      'explicit-deny',
    );
  });
});

describe('conditions', () => {
  const LEADING = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['USER#*', 'CODE#*'] } };

  it('holds every leading key against the patterns', () => {
    expect(isAllowedIf(LEADING, { 'dynamodb:LeadingKeys': ['USER#1', 'CODE#x'] })).toBe(true);
    expect(isAllowedIf(LEADING, { 'dynamodb:LeadingKeys': ['USER#1', 'REWARD#x'] })).toBe(false);
    expect(isAllowedIf(LEADING, {})).toBe(true);
  });

  it('holds attributes and enclosing operations as IAM does', () => {
    const attributes = { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'clicks'] } };
    expect(isAllowedIf(attributes, { 'dynamodb:Attributes': ['pk', 'clicks'] })).toBe(true);
    expect(isAllowedIf(attributes, { 'dynamodb:Attributes': ['pk', 'balance'] })).toBe(false);
    const inTransaction = {
      'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': ['TransactWriteItems'] },
    };
    expect(isAllowedIf(inTransaction, { 'dynamodb:EnclosingOperation': ['TransactWriteItems'] })).toBe(true);
    expect(isAllowedIf(inTransaction, {})).toBe(false);
  });

  it.each([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEqualsIgnoreCase', 'a', 'A', true],
    ['StringNotEquals', 'a', 'b', true],
    ['StringNotEqualsIgnoreCase', 'a', 'A', false],
    ['StringLike', 'a*?', 'abc', true],
    ['StringNotLike', 'a*', 'abc', false],
    ['ArnLike', 'arn:aws:sqs:*:1:q*', 'arn:aws:sqs:eu:1:queue', true],
    ['ArnEquals', 'arn:aws:*:q', 'arn:aws:sqs:eu:1:q', false],
    ['ArnNotLike', 'arn:aws:sqs:*:1:q*', 'arn:aws:sqs:eu:1:queue', false],
    ['Bool', 'true', 'TRUE', true],
    ['Bool', 'true', 'false', false],
    ['NumericEquals', '10', '10.0', true],
    ['NumericNotEquals', '10', '11', true],
    ['NumericLessThan', '10', '9', true],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericGreaterThan', '10', '9', false],
    ['NumericGreaterThanEquals', '10', '9', false],
    ['Null', 'false', 'x', true],
    ['Null', 'true', 'x', false],
  ])('%s %s of %s is %s', (operator, wanted, found, expected) => {
    expect(isAllowedIf({ [operator]: { 'x:Key': wanted } }, { 'x:key': [found] })).toBe(expected);
  });

  it('treats an absent key as the operator says', () => {
    const met = (operator: string) => isAllowedIf({ [operator]: { 'x:Key': 'a' } }, {});
    expect(met('StringEquals')).toBe(false);
    expect(met('StringEqualsIfExists')).toBe(true);
    expect(met('StringNotEquals')).toBe(true);
    expect(met('ForAllValues:StringEquals')).toBe(true);
    expect(met('ForAnyValue:StringEquals')).toBe(false);
    expect(isAllowedIf({ Null: { 'x:Key': true } }, {})).toBe(true);
  });

  it('needs all operators and all keys', () => {
    const both = { StringEquals: { 'x:A': 'a', 'x:B': ['b', 'c'] } };
    expect(isAllowedIf(both, { 'x:A': ['a'], 'x:B': ['c'] })).toBe(true);
    expect(isAllowedIf(both, { 'x:A': ['a'] })).toBe(false);
  });
});

describe('wildcards', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/', '.'), maxLength: 12 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/', '.', '*', '?'), maxLength: 8 });
  const asRegExp = (glob: string) =>
    new RegExp(
      `^${glob
        .replace(/[.*+?^$()|[\]{}\\/]/g, '\\$&')
        .replaceAll('\\*', '[^]*')
        .replaceAll('\\?', '[^]')}$`,
    );

  it('match as the regular expression that they stand for', () => {
    fc.assert(
      fc.property(pattern, text, (glob, value) => matchGlob(glob, value) === asRegExp(glob).test(value)),
      { numRuns: 5_000 },
    );
  });

  it('match what they were made from, whatever part a star hides', () => {
    fc.assert(
      fc.property(text, text, text, (head, middle, tail) => {
        expect(matchGlob(`${head}*${tail}`, head + middle + tail)).toBe(true);
        expect(matchGlob(`${head}${'?'.repeat(middle.length)}${tail}`, head + middle + tail)).toBe(true);
      }),
    );
  });

  it('of an ARN never pass a colon of its first parts, and a text matches itself', () => {
    fc.assert(
      fc.property(
        text,
        (value) =>
          matchGlob(value, value) && matchArn(value, value) && matchAction(value.toUpperCase(), value),
      ),
    );
    expect(matchArn('arn:aws:*', 'arn:aws:sqs:r:1:q')).toBe(false);
    expect(matchArn('arn:aws:sqs:*:*:a*', 'arn:aws:sqs:r:1:a:b')).toBe(true);
  });

  it('take no exponential time', () => {
    const started = performance.now();
    expect(matchGlob('*a'.repeat(30), `${'a'.repeat(5_000)}b`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
