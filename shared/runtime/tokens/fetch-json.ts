/** Bytes of a document that is read. */
const mostBytes = 256 * 1024;

/**
 * Fetches a JSON document of at most 256 KB, and follows no redirect.
 *
 * @param signal ends it
 * @throws Error where it is not there, not in time, too large or no JSON
 */
export async function fetchJson(url: URL, signal: AbortSignal): Promise<unknown> {
  const answer = await fetch(url, { redirect: 'error', headers: { accept: 'application/json' }, signal });
  if (!answer.ok || answer.body === null) {
    await answer.body?.cancel();
    throw new Error(`${url.host} answered ${answer.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new Error(`The answer of ${url.host} is too large`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
