import * as contract from '../../../shared/contract/payout-batches.ts';
import { isRefusal, refuse } from '../../../shared/contract/problems.ts';
import { defaultProgramId } from '../../../shared/domain/programs/program.ts';
import { answerWith, pageAnswer, pageOf } from '../../../shared/http/page.ts';
import { payoutCsv } from '../../../shared/http/payout-csv.ts';
import { operation } from '../../../shared/http/serve-routes.ts';
import { csvAnswer } from '../../../shared/http/text-answer.ts';
import { cancelBatch } from '../../../shared/usecases/payouts/cancel-batch.ts';
import { createBatch } from '../../../shared/usecases/payouts/create-batch.ts';
import { freezeBatch } from '../../../shared/usecases/payouts/freeze-batch.ts';
import { exportBatch, readBatch } from '../../../shared/usecases/payouts/read-batch.ts';
import { reconcileBatch } from '../../../shared/usecases/payouts/reconcile-batch.ts';
import { recordResults } from '../../../shared/usecases/payouts/record-result.ts';
import { sendBatch } from '../../../shared/usecases/payouts/send-batch.ts';
import { ports, untilTime } from './ports.ts';

const ownerOf = async ({ params }: { readonly params: { readonly batchId: string } }) =>
  (await ports.findBatch(params.batchId))?.batch;

const postBatch = operation(contract.createPayoutBatch, async ({ body, operator, system }) => {
  const until = untilTime();
  const by = { ...ports, operator };
  const batch = await createBatch(
    { ...by, ...system },
    { ...body, programId: body.programId ?? defaultProgramId },
  );
  return isRefusal(batch) ? batch : answerWith('batch', await freezeBatch(by, batch.batchId, until));
});

const getList = operation(contract.listPayoutBatches, async ({ query }) =>
  pageAnswer(
    'batches',
    await ports.listBatches(query.programId ?? defaultProgramId, pageOf(query)),
    (batch) => batch,
  ),
);

const getBatch = operation(
  contract.getPayoutBatch,
  async ({ params }) => readBatch(ports, params.batchId),
  ownerOf,
);

/** A cursor within a batch is the hashed key of the participant that the page before ended with. */
const isCursor = (cursor: string | undefined): boolean =>
  cursor === undefined || /^[0-9a-z]{26}$/.test(cursor);

const getPayouts = operation(
  contract.listBatchPayouts,
  async ({ params, query }) => {
    if (!isCursor(query.cursor)) return refuse('invalid_cursor');
    const found = await ports.findBatch(params.batchId);
    if (found === undefined) return refuse('payout_batch_not_found');
    const { records, after } = await ports.listBatchPayouts(found.batch, query.limit ?? 50, query.cursor);
    return {
      payouts: records.map(({ payout }) => payout),
      ...(after !== undefined && { nextCursor: after }),
    };
  },
  ownerOf,
);

const getCsv = operation(
  contract.exportPayoutBatch,
  async ({ params, query }) => {
    if (!isCursor(query.cursor)) return refuse('invalid_cursor');
    const exported = await exportBatch(ports, params.batchId, query.cursor);
    if (isRefusal(exported)) return exported;
    const { payouts, after } = exported;
    const next = after === undefined ? {} : { 'plusone-next-cursor': after };
    return csvAnswer(`${params.batchId}.csv`, payoutCsv(payouts), next);
  },
  ownerOf,
);

const postFreeze = operation(
  contract.freezePayoutBatch,
  async ({ params, operator }) =>
    answerWith('batch', await freezeBatch({ ...ports, operator }, params.batchId, untilTime())),
  ownerOf,
);

const postSend = operation(
  contract.sendPayoutBatch,
  async ({ params, operator }) =>
    answerWith('batch', await sendBatch({ ...ports, operator }, params.batchId, untilTime())),
  ownerOf,
);

const postCancel = operation(
  contract.cancelPayoutBatch,
  async ({ params, operator }) =>
    answerWith('batch', await cancelBatch({ ...ports, operator }, params.batchId, untilTime())),
  ownerOf,
);

const postReconcile = operation(
  contract.reconcilePayoutBatch,
  async ({ params, operator }) =>
    answerWith('reconciled', await reconcileBatch({ ...ports, operator }, params.batchId, untilTime())),
  ownerOf,
);

const postResults = operation(
  contract.recordBatchResults,
  async ({ params, body, operator }) => {
    if ((await ports.findBatch(params.batchId)) === undefined) return refuse('payout_batch_not_found');
    return { results: await recordResults({ ...ports, operator }, params.batchId, body.results) };
  },
  ownerOf,
);

export const batchOperations = [
  postBatch,
  getList,
  getBatch,
  getPayouts,
  getCsv,
  postFreeze,
  postSend,
  postCancel,
  postReconcile,
  postResults,
];
