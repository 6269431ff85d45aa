import { createHash } from 'node:crypto';
import type { MessageAttribute, MessageAttributes } from '../engine/message.ts';

/** The MD5 of a message body, in hex. */
export function md5OfBody(body: string): string {
  return createHash('md5').update(body).digest('hex');
}

/** The MD5 of message attributes as SQS defines it, in hex; none for no attributes. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute !== undefined) hash.update(encode(name, attribute));
  }
  return hash.digest('hex');
}

function encode(name: string, { dataType, stringValue, binaryValue }: MessageAttribute): Buffer {
  const isBinary = binaryValue !== undefined;
  const value = isBinary ? Buffer.from(binaryValue, 'base64') : Buffer.from(stringValue ?? '');
  return Buffer.concat([
    withLength(Buffer.from(name)),
    withLength(Buffer.from(dataType)),
    Buffer.of(isBinary ? 2 : 1),
    withLength(value),
  ]);
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
