import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { AwsError, type JsonService, unknownOperation } from './aws-error.ts';

/** A mail that a function sent, and that went nowhere. */
export interface CaughtMail {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface MailboxOptions {
  /** A line of JSON for each mail. */
  readonly file: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** SES, of which nothing leaves the machine. */
export interface Mailbox extends JsonService {
  /** Newest first. */
  list(): readonly CaughtMail[];
  find(id: string): CaughtMail | undefined;
}

type Body = Readonly<Record<string, unknown>>;

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null;
const fieldsOf = (value: unknown): Body => (isBody(value) ? value : {});
const textOf = (value: unknown): string | undefined => {
  const { Data } = fieldsOf(value);
  return typeof Data === 'string' ? Data : undefined;
};

const headersOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    (Array.isArray(value) ? value : []).map(fieldsOf).map(({ Name, Value }) => [String(Name), String(Value)]),
  );

/** Catches the mails of SES's `SendEmail` with simple content; those of before are kept in the data folder. */
export const openMailbox = ({ file, now, newId }: MailboxOptions): Mailbox => {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const mails = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as CaughtMail);

  const send = (body: Body): object => {
    const { Simple } = fieldsOf(body['Content']);
    const { Subject, Body, Headers } = fieldsOf(Simple);
    const { Text, Html } = fieldsOf(Body);
    const { ToAddresses } = fieldsOf(body['Destination']);
    const [subject, text, html] = [textOf(Subject), textOf(Text), textOf(Html)];
    const from = body['FromEmailAddress'];
    if (typeof from !== 'string' || !Array.isArray(ToAddresses) || ToAddresses.length === 0)
      throw new AwsError('BadRequestException', 'A mail needs a sender and somebody to be sent to');
    if (subject === undefined || (text ?? html) === undefined)
      throw new AwsError('BadRequestException', 'Only simple content with a subject and a body is run here');
    const mail: CaughtMail = {
      id: newId(),
      at: new Date(now()).toISOString(),
      from,
      to: ToAddresses.map(String),
      subject,
      ...(text !== undefined && { text }),
      ...(html !== undefined && { html }),
      headers: headersOf(Headers),
    };
    appendFileSync(file, `${JSON.stringify(mail)}\n`, { mode: 0o600 });
    mails.push(mail);
    return { MessageId: mail.id };
  };

  return {
    list: () => [...mails].reverse(),
    find: (id) => mails.find((mail) => mail.id === id),
    handle: async (operation, body) => {
      if (operation !== 'SendEmail') throw unknownOperation(`SES ${operation}`);
      return send(body);
    },
  };
};
