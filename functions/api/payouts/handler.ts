import { serveRoutes } from '../../../shared/http/serve-routes.ts';
import { batchOperations } from './batch-operations.ts';
import { payoutOperations } from './payout-operations.ts';
import { statementOperations } from './statement-operations.ts';

export const handler = serveRoutes([...payoutOperations, ...batchOperations, ...statementOperations]);
