import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, type MetricProps } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

const period = Duration.minutes(5);

/** Visits that the redirect could not keep; their visitors were sent on all the same. */
export function visitsLost(stage: string): Metric {
  return ownMetric(stage, 'VisitsLost');
}

/** What `reconcile-balances` reports by its log, once a day: balances that differ from the sum of their ledger. */
export function balanceMismatches(stage: string): Metric {
  return ownMetric(stage, 'BalanceMismatch', { statistic: 'Maximum', period: Duration.days(1) });
}

/** What `reconcile-payouts` reports by its log, once an hour: payouts that have been in doubt for more than a day. */
export function payoutsLongInDoubt(stage: string): Metric {
  return ownMetric(stage, 'PayoutsLongInDoubt', { statistic: 'Maximum', period: Duration.hours(1) });
}

/** Rewards that found their coupon pool empty. */
export function couponPoolsEmpty(stage: string): Metric {
  return ownMetric(stage, 'CouponPoolEmpty');
}

/** What was given up, as `collect-dead-letters` finds it. */
export function deadLetters(stage: string): Metric {
  return ownMetric(stage, 'DeadLetters');
}

/** Webhook endpoints that answered 410, or nothing but failures for five days. */
export function webhookEndpointsDisabled(stage: string): Metric {
  return ownMetric(stage, 'WebhookEndpointsDisabled');
}

/** What functions count themselves, by the lines of their logs. */
function ownMetric(
  stage: string,
  metricName: string,
  over?: Pick<MetricProps, 'statistic' | 'period'>,
): Metric {
  return new Metric({
    namespace: 'Plusone',
    metricName,
    dimensionsMap: { Stage: stage },
    statistic: 'Sum',
    period,
    ...over,
  });
}

/** A metric of the API, such as `Count` or `5xx`. */
export function apiMetric(apiId: string, metricName: string, statistic = 'Sum'): Metric {
  return new Metric({
    namespace: 'AWS/ApiGateway',
    metricName,
    dimensionsMap: { ApiId: apiId },
    statistic,
    period,
  });
}

/** Requests in a hundred that the API failed. */
export function apiFailureRate(apiId: string): IMetric {
  return new MathExpression({
    expression: 'IF(requests > 0, 100 * failures / requests, 0)',
    label: 'Failed requests, %',
    usingMetrics: { requests: apiMetric(apiId, 'Count'), failures: apiMetric(apiId, '5xx') },
    period,
  });
}

/** Reads and writes that DynamoDB refused for want of capacity. */
export function tableThrottles(tableName: string): IMetric {
  const events = (metricName: string) =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: tableName },
      statistic: 'Sum',
      period,
    });
  return sum('tableThrottles', 'Throttled reads and writes', [
    events('ReadThrottleEvents'),
    events('WriteThrottleEvents'),
  ]);
}

/** Errors of several functions together. */
export function errorsOf(handlers: readonly IFunction[]): IMetric {
  return sum(
    'errors',
    'Errors',
    handlers.map((handler) => handler.metricErrors({ period })),
  );
}

/** Calls of several functions together that Lambda refused. */
export function throttlesOf(handlers: readonly IFunction[]): IMetric {
  return sum(
    'throttles',
    'Throttled calls',
    handlers.map((handler) => handler.metricThrottles({ period })),
  );
}

/** How far a reader of the table's stream is behind, in milliseconds. */
export function iteratorAge(handler: IFunction): Metric {
  return handler.metric('IteratorAge', { statistic: 'Maximum', period });
}

/** @param id first word of the names of the terms: a graph wants them all to differ */
function sum(id: string, label: string, metrics: readonly IMetric[]): IMetric {
  const terms = metrics.map((metric, index) => [`${id}${index}`, metric] as const);
  return new MathExpression({
    expression: terms.map(([name]) => `FILL(${name}, 0)`).join(' + '),
    label,
    usingMetrics: Object.fromEntries(terms),
    period,
  });
}
