import { AwsError } from '../services/aws-error.ts';
import type { Principal } from './authorize.ts';
import type { ServiceCall } from './read-call.ts';
import { listOf } from './read-fields.ts';

/** What may go wrong in AWS and never does on a laptop. `dropAnswer` carries the call out and then hangs up. */
export type Fault =
  | { readonly throttle: true }
  | { readonly conflict: true }
  | { readonly delayMs: number }
  | { readonly dropAnswer: true };

/** A call that a fault may befall; the principal is undefined for local tools. */
export interface FaultableCall extends ServiceCall {
  readonly principal: Principal | undefined;
  /** `service:Operation`. */
  readonly action: string;
}

/** Decides for each call that was let through what goes wrong with it. */
export type FaultInjector = (call: FaultableCall) => Fault | undefined;

const throttled = (call: ServiceCall): AwsError => {
  if (call.service === 'sqs') return new AwsError('RequestThrottled', 'Request is throttled.', 403);
  if (call.service !== 'dynamodb') return new AwsError('ThrottlingException', 'Rate exceeded');
  return new AwsError(
    'ProvisionedThroughputExceededException',
    'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
  );
};

const ONGOING = 'Transaction is ongoing for the item';

const conflicting = ({ operation, body }: ServiceCall): AwsError => {
  if (!operation.startsWith('Transact')) return new AwsError('TransactionConflictException', ONGOING);
  const reasons = listOf(body['TransactItems']).map((_item, index) =>
    index === 0 ? { Code: 'TransactionConflict', Message: ONGOING } : { Code: 'None' },
  );
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new AwsError('TransactionCanceledException', message, 400, { CancellationReasons: reasons });
};

const CONFLICTS = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems', 'TransactGetItems']);

/**
 * Lets a fault happen, as far as it happens before the call.
 *
 * @throws AwsError
 */
export const sufferFault = async (fault: Fault | undefined, call: ServiceCall): Promise<void> => {
  if (fault === undefined) return;
  if ('throttle' in fault) throw throttled(call);
  if ('conflict' in fault && call.service === 'dynamodb' && CONFLICTS.has(call.operation))
    throw conflicting(call);
  if ('delayMs' in fault) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
};
