import { createHash } from 'node:crypto';

/** Access key of local tools, which may do everything. */
export const ROOT_ACCESS_KEY = 'AKIALOCALROOT';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const SUFFIX_LENGTH = 16;

/** The access key id that stands for a function, the same at each start. */
export const accessKeyFor = (functionName: string): string => {
  const digest = createHash('sha256').update(functionName).digest().subarray(0, SUFFIX_LENGTH);
  return `AKIA${[...digest].map((byte) => BASE32[byte % BASE32.length]).join('')}`;
};

/** The access key id of a SigV4 `Authorization` header; the signature is not looked at. */
export const readAccessKey = (authorization: string | undefined): string | undefined =>
  /^AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)\//.exec(authorization ?? '')?.[1];
