import { CfnQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../infra/create-app.ts';
import type { StageName } from '../../infra/settings.ts';
import { newFolder, sharedBundle } from './support/synth.ts';

const checkedApp = (stage: StageName) => createApp({ stage, bundle: sharedBundle(), outdir: newFolder() });

describe('rule packs', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each(['dev', 'prod'] as const)('find nothing in %s', (stage) => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => {});
    checkedApp(stage).synth();
    expect(report.mock.calls).toEqual([]);
  });

  it('fail the synthesis when they find an error', () => {
    const app = checkedApp('dev');
    new Queue(app.node.findChild('Plusone-dev'), 'Careless');
    expect(() => app.synth()).toThrow('AwsSolutions-SQS4');
  });

  it('give a reason for each exception', () => {
    const reasons = checkedApp('dev')
      .node.findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
      .flatMap(({ data }) => Object.values(data as Record<string, unknown>));
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(JSON.stringify(reason).length).toBeGreaterThan(40);
  });
});

describe("CloudFormation's own rules", () => {
  it('fail the synthesis too', () => {
    const app = checkedApp('dev');
    const stack = app.node.findChild('Plusone-dev');
    new CfnQueue(stack, 'Impossible', { visibilityTimeout: 99_999_999 });
    expect(() => app.synth()).toThrow('CloudFormation Validate');
  });
});
