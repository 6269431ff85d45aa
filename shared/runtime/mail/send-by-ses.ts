import type { Mail, MailResult } from '../../usecases/notifications/send-notification.ts';
import { requireEnvironment } from '../environment.ts';
import { awsEndpoint, callAws } from '../outbound/sign-aws-call.ts';

/** Answers by which SES takes nothing now, and may later; beside them 403, which is of credentials and grants. */
const passing = new Set([
  'TooManyRequestsException',
  'LimitExceededException',
  'SendingPausedException',
  'AccountSuspendedException',
  'MailFromDomainNotVerifiedException',
  'ThrottlingException',
]);

/** A connection that was never made: nothing can have been taken. */
const neverBegun = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/**
 * Hands a mail to SES, once: a repeat of what was not answered could send it twice, since SES knows no repeats.
 * Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html, RFC 2369 and RFC 8058 for the headers.
 *
 * @param sender an address, or a name with an address: `Example <hello@example.com>`
 */
export async function sendBySes(sender: string, mail: Mail): Promise<MailResult> {
  const region = requireEnvironment('AWS_REGION');
  const url = new URL('/v2/email/outbound-emails', awsEndpoint('SESV2', `email.${region}.amazonaws.com`));
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(describe(sender, mail));
  try {
    const answer = await callAws({ service: 'ses', region, url, headers, body });
    if (answer.status === 200) return { outcome: 'sent' };
    const because = (answer.headers.get('x-amzn-errortype') ?? String(answer.status)).split(':')[0] ?? '';
    if (passing.has(because) || answer.status === 403 || answer.status === 429)
      return { outcome: 'busy', because };
    return { outcome: answer.status < 500 ? 'refused' : 'unknown', because };
  } catch (error) {
    const code = String((error as { cause?: { code?: unknown } }).cause?.code ?? (error as Error).name);
    return { outcome: neverBegun.has(code) ? 'busy' : 'unknown', because: code };
  }
}

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });

function describe(sender: string, { to, subject, text, html, unsubscribeUrl }: Mail): object {
  return {
    FromEmailAddress: sender,
    Destination: { ToAddresses: [to] },
    Content: {
      Simple: {
        Subject: utf8(subject),
        Body: { Text: utf8(text), ...(html !== undefined && { Html: utf8(html) }) },
        Headers: [
          { Name: 'List-Unsubscribe', Value: `<${unsubscribeUrl}>` },
          { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
        ],
      },
    },
  };
}
