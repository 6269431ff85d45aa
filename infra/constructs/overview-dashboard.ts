import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Watched } from './alarms.ts';
import {
  apiFailureRate,
  apiMetric,
  deadLetters,
  errorsOf,
  iteratorAge,
  tableThrottles,
  throttlesOf,
} from './metrics.ts';

/** What is shown. */
export interface OverviewDashboardProps {
  readonly watched: Watched;
}

/** One page of graphs: is it up, is it quick, is it behind, did it give something up. */
export class OverviewDashboard extends Construct {
  constructor(scope: Construct, id: string, { watched }: OverviewDashboardProps) {
    super(scope, id);
    const { apiId } = watched;
    const requests = [apiMetric(apiId, 'Count'), apiMetric(apiId, '4xx'), apiMetric(apiId, '5xx')];
    const latencies = ['p50', 'p99'].map((statistic) => apiMetric(apiId, 'Latency', statistic));
    const readers = Object.values(watched.streamReaders);
    new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.hours(24),
      widgets: [
        [
          graph('Requests', requests),
          graph('Latency, ms', latencies),
          graph('Failed requests, %', [apiFailureRate(apiId)]),
        ],
        [
          graph('Behind the stream, ms', readers.map(iteratorAge)),
          graph('Given up', [deadLetters(watched.stage)]),
          graph('Errors and throttles', [
            errorsOf(watched.background),
            throttlesOf(watched.mustRun),
            tableThrottles(watched.tableName),
          ]),
        ],
      ],
    });
  }
}

function graph(title: string, left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, width: 8, height: 6 });
}
