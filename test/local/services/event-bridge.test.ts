import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BusRuleSpec } from '../../../local/deployment.ts';
import type { BusEvent } from '../../../local/services/bus-event.ts';
import { createEventBridge } from '../../../local/services/event-bridge.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const DEAD_LETTERS = 'arn:aws:sqs:us-east-1:000000000000:dead';
const LOG_GROUP = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/all';

const rule = (rest: Partial<BusRuleSpec>): BusRuleSpec => ({
  logicalId: 'Rule',
  name: 'Rule',
  busName: 'main',
  pattern: { source: ['plusone'] },
  enabled: true,
  targets: [{ id: 'a', arn: FUNCTION }],
  ...rest,
});

const setUp = (rules: readonly BusRuleSpec[], deliver?: (arn: string, event: BusEvent) => Promise<void>) => {
  const delivered: [string, BusEvent][] = [];
  const lost: string[] = [];
  let ids = 0;
  const logFolder = mkdtempSync(join(tmpdir(), 'plusone-events-'));
  const bridge = createEventBridge({
    region: 'us-east-1',
    accountId: '000000000000',
    buses: [{ logicalId: 'Bus', name: 'main', arn: 'arn:aws:events:us-east-1:000000000000:event-bus/main' }],
    rules,
    logFolder,
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    newId: () => `e${++ids}`,
    retryDelayMs: () => 1,
    onLost: (arn) => lost.push(arn),
    deliver: async (arn, event) => {
      await deliver?.(arn, event);
      delivered.push([arn, event]);
    },
  });
  return { bridge, delivered, lost, logFolder };
};

const ENTRY = {
  EventBusName: 'main',
  Source: 'plusone',
  DetailType: 'reward.created',
  Detail: '{"amount":5}',
};

describe('event bridge', () => {
  it('hands an event to the targets of the rules that match', async () => {
    const { bridge, delivered } = setUp([
      rule({}),
      rule({
        pattern: { detail: { amount: [{ numeric: ['>', 9] }] } },
        targets: [{ id: 'b', arn: 'other' }],
      }),
      rule({ enabled: false, targets: [{ id: 'c', arn: 'disabled' }] }),
      rule({ busName: 'default', targets: [{ id: 'd', arn: 'elsewhere' }] }),
    ]);
    expect(await bridge.handle('PutEvents', { Entries: [ENTRY] })).toEqual({
      FailedEntryCount: 0,
      Entries: [{ EventId: 'e1' }],
    });
    await bridge.idle();
    const event = {
      version: '0',
      id: 'e1',
      'detail-type': 'reward.created',
      source: 'plusone',
      account: '000000000000',
      time: '2026-01-02T03:04:05Z',
      region: 'us-east-1',
      resources: [],
      detail: { amount: 5 },
    };
    expect(delivered).toEqual([[FUNCTION, event]]);
  });

  it('fails bad entries one by one and takes the others', async () => {
    const { bridge, delivered } = setUp([rule({})]);
    const { Detail: _detail, ...noDetail } = ENTRY;
    const Entries = [
      { ...ENTRY, Detail: '{' },
      { ...ENTRY, Detail: '[1]' },
      noDetail,
      { ...ENTRY, Source: 'aws.ec2' },
      { ...ENTRY, EventBusName: 'arn:aws:events:us-east-1:0:event-bus/main' },
    ];
    expect(await bridge.handle('PutEvents', { Entries })).toMatchObject({
      FailedEntryCount: 4,
      Entries: [
        { ErrorCode: 'MalformedDetail' },
        { ErrorCode: 'MalformedDetail' },
        { ErrorCode: 'InvalidArgument' },
        { ErrorCode: 'NotAuthorizedForSourceException' },
        { EventId: 'e5' },
      ],
    });
    await bridge.idle();
    expect(delivered).toHaveLength(1);
  });

  it('tries again until a target takes the event', async () => {
    let failures = 3;
    const { bridge, delivered } = setUp([rule({})], async () => {
      if (failures-- > 0) throw new Error('busy');
    });
    await bridge.handle('PutEvents', { Entries: [ENTRY] });
    await bridge.idle();
    expect(delivered).toHaveLength(1);
  });

  it('puts what its target never takes into the dead letters, else reports it lost', async () => {
    const refuse = async (arn: string) => {
      if (arn === FUNCTION) throw new Error('broken');
    };
    const target = { id: 'a', arn: FUNCTION, maximumRetryAttempts: 2 };
    const { bridge, delivered, lost } = setUp(
      [rule({ targets: [{ ...target, deadLetterArn: DEAD_LETTERS }] }), rule({ targets: [target] })],
      refuse,
    );
    await bridge.handle('PutEvents', { Entries: [ENTRY] });
    await bridge.idle();
    expect(delivered.map(([arn]) => arn)).toEqual([DEAD_LETTERS]);
    expect(lost).toEqual([FUNCTION]);
  });

  it('gives up waiting when it is closed', async () => {
    const { bridge, lost } = setUp([rule({})], () => Promise.reject(new Error('down')));
    await bridge.handle('PutEvents', { Entries: [ENTRY] });
    await bridge.close();
    expect(lost).toEqual([FUNCTION]);
  });

  it('appends a line to the file of a log group', async () => {
    const { bridge, logFolder, delivered } = setUp([rule({ targets: [{ id: 'l', arn: LOG_GROUP }] })]);
    await bridge.handle('PutEvents', { Entries: [ENTRY, ENTRY] });
    await bridge.idle();
    const lines = readFileSync(join(logFolder, 'aws_events_all.log'), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).id).sort()).toEqual(['e1', 'e2']);
    expect(delivered).toEqual([]);
  });

  it('does nothing else', async () => {
    const { bridge } = setUp([]);
    await expect(bridge.handle('PutRule', {})).rejects.toMatchObject({ code: 'UnknownOperationException' });
    await expect(bridge.handle('PutEvents', {})).rejects.toMatchObject({ code: 'ValidationException' });
  });
});
