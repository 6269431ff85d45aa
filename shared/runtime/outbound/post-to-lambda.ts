import { type Posted, post } from './post.ts';
import { awsEndpoint, signAwsCall } from './sign-aws-call.ts';

/** A call of a Lambda function. */
export interface LambdaCall {
  readonly functionArn: string;
  /** JSON text. */
  readonly payload: string;
  /** Whether what the function returns is waited for. */
  readonly waits: boolean;
  readonly timeoutMs: number;
  readonly mostAnswerBytes: number;
}

/** Calls a Lambda function by its API. Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export async function postToLambda(call: LambdaCall): Promise<Posted> {
  const { functionArn, payload: body, waits, timeoutMs, mostAnswerBytes } = call;
  const [, partition, , region = ''] = functionArn.split(':');
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const path = `/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`;
  const url = new URL(path, awsEndpoint('LAMBDA', `lambda.${region}.${suffix}`));
  const headers = await signAwsCall({
    service: 'lambda',
    region,
    url,
    headers: {
      'content-type': 'application/json',
      'x-amz-invocation-type': waits ? 'RequestResponse' : 'Event',
    },
    body,
  });
  return post({ url, headers, body, timeoutMs, mostAnswerBytes });
}
