import { describe, expect, it } from 'vitest';
import { createApp } from '../../infra/create-app.ts';
import { readStage, type StageName, settingsOf } from '../../infra/settings.ts';
import { newFolder, resourceOf, resourcesOf, sharedBundle, synthesize } from './support/synth.ts';

const table = (stage: StageName) => resourceOf('AWS::DynamoDB::GlobalTable', '', stage);

describe('table', () => {
  it('is the layout that the code uses', () => {
    expect(table('dev').Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'lists',
          KeySchema: [
            { AttributeName: 'listPk', KeyType: 'HASH' },
            { AttributeName: 'listSk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  it('of prod cannot be lost by a mistake', () => {
    const { DeletionPolicy, Properties } = table('prod');
    expect(DeletionPolicy).toBe('Retain');
    expect(Properties['Replicas']).toMatchObject([
      {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    ]);
  });

  it('of prod keeps what its hashes were made with', () => {
    const secret = (stage: StageName) => resourceOf('AWS::SecretsManager::Secret', 'SecretsHash', stage);
    expect(secret('prod').DeletionPolicy).toBe('Retain');
    expect(secret('dev').DeletionPolicy).toBe('Delete');
  });

  it('of dev goes with its stack', () => {
    const { DeletionPolicy, Properties } = table('dev');
    expect(DeletionPolicy).toBe('Delete');
    expect(Properties['Replicas']).toMatchObject([{ DeletionProtectionEnabled: false }]);
  });
});

describe('stages', () => {
  it('are dev unless said otherwise, and only those that have settings', () => {
    expect(readStage(undefined)).toBe('dev');
    expect(readStage('prod')).toBe('prod');
    expect(() => readStage('production')).toThrow('No settings for stage "production"');
  });

  it.each([
    ['dev', 1_000, 2_000],
    ['prod', 2_000, 1_000],
  ] as const)('%s is throttled at its own rate', (stage, rate, burst) => {
    const { DefaultRouteSettings } = resourceOf('AWS::ApiGatewayV2::Stage', '', stage).Properties;
    expect(DefaultRouteSettings).toEqual({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst });
  });

  it.each([
    ['dev', 0, { queues: 2, webhooks: 5, slowWebhooks: 2 }],
    ['prod', 1, { queues: 10, webhooks: 100, slowWebhooks: 50 }],
  ] as const)(
    '%s gathers clicks, rewards, notices and deliveries in its own way',
    (stage, window, { queues, webhooks, slowWebhooks }) => {
      const mapping = (start: string) =>
        resourceOf('AWS::Lambda::EventSourceMapping', start, stage).Properties;
      expect(mapping('ClicksToCount')['MaximumBatchingWindowInSeconds']).toBe(window);
      for (const [start, most] of [
        ['RewardsToProcessEvent', queues],
        ['NoticesToNotifyHook', queues],
        ['WebhooksToDeliver', webhooks],
        ['SlowWebhooksToDeliver', slowWebhooks],
      ] as const) {
        expect(mapping(start)['ScalingConfig']).toEqual({ MaximumConcurrency: most });
      }
    },
  );

  it.each([
    ['dev', 7],
    ['prod', 90],
  ] as const)('%s keeps every log, and for %i days', (stage, days) => {
    const groups = resourcesOf('AWS::Logs::LogGroup', stage);
    const functions = resourcesOf('AWS::Lambda::Function', stage);
    const written = functions.map(({ Properties }) => JSON.stringify(Properties['LoggingConfig'].LogGroup));
    expect(written).not.toContain(undefined);
    expect(new Set(written).size).toBe(functions.length);
    // Beside those of functions, those of the API's requests and of the bus.
    expect(groups).toHaveLength(functions.length + 2);
    expect(new Set(groups.map(({ Properties }) => Properties['RetentionInDays']))).toEqual(new Set([days]));
  });

  it('protect the stack of prod', () => {
    const app = createApp({ stage: 'prod', bundle: sharedBundle(), outdir: newFolder(), checks: false });
    expect(app.synth().getStackByName('Plusone-prod').terminationProtection).toBe(true);
    expect(settingsOf('dev').deletionProtection).toBe(false);
  });
});

describe('a template', () => {
  it('is the same every time', () => {
    const app = createApp({ stage: 'dev', bundle: sharedBundle(), outdir: newFolder(), checks: false });
    expect(app.synth().getStackByName('Plusone-dev').template).toEqual(synthesize('dev'));
  });

  it('fits CloudFormation: under 500 resources and a megabyte', () => {
    expect(Object.keys(synthesize('prod').Resources).length).toBeLessThan(400);
    expect(JSON.stringify(synthesize('prod')).length).toBeLessThan(300_000);
  });
});
