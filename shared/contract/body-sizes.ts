const kibibyte = 1024;

/** The largest body of a route, in bytes, unless it is named below. */
const usual = 64 * kibibyte;

/** Routes that take lists, and programs with all their rules. */
const larger: Readonly<Record<string, number>> = {
  recordEvents: 2048 * kibibyte,
  recordClicks: 1024 * kibibyte,
  recordBatchResults: 1024 * kibibyte,
  loadCoupons: 256 * kibibyte,
  createPayoutBatch: 256 * kibibyte,
  createProgram: 512 * kibibyte,
  updateProgram: 512 * kibibyte,
  dryRunFraudRules: 512 * kibibyte,
};

/** How large the body of a route may be, in bytes. */
export function mostBodyBytes(operationId: string): number {
  return larger[operationId] ?? usual;
}

/** How deep a body may be nested: far more than any contract is. */
export const mostDepth = 32;

/** How many fields an object of a body may have, and how many entries a list. */
export const mostEntries = 10_000;
