import type { FunctionSpec } from '../deployment.ts';

/** The log stream of one instance, named as Lambda names it. */
export function logStreamName(startedAt: Date, id: string): string {
  return `${startedAt.toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${id}`;
}

/**
 * The whole environment of an instance: nothing of this process's own gets in. The access key is what the gate knows
 * the function by.
 */
export function functionEnvironment(
  spec: FunctionSpec,
  accessKeyId: string,
  gateUrl: string,
  streamName: string,
): Record<string, string> {
  const { NODE_OPTIONS: _ignored, ...own } = spec.environment;
  const region = spec.arn.split(':')[3] ?? 'us-east-1';
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}`,
    AWS_ENDPOINT_URL: gateUrl,
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: streamName,
    LAMBDA_TASK_ROOT: spec.codeDir,
    _HANDLER: spec.handler,
    ...own,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
  };
}
