import { Plusone } from 'plusone-client';

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

/** Where Plusone answers: browsers load the snippet from there. */
export const plusoneUrl = (): string => setting('PLUSONE_URL');

/** Of the webhook endpoint. */
export const webhookSecret = (): string => setting('PLUSONE_SECRET');

let client: Plusone | undefined;

/** The client of this server: made at the first request, as a build knows no secrets. */
export function plusone(): Plusone {
  client ??= new Plusone({ baseUrl: plusoneUrl(), apiKey: setting('PLUSONE_KEY') });
  return client;
}
