import { join } from 'node:path';

/** The client lies beside the samples, behind a link that leads out of this folder. */
export default { turbopack: { root: join(import.meta.dirname, '../..') } };
