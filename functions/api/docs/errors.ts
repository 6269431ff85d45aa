import { type ProblemCode, problems } from '../../../shared/contract/problems.ts';
import { block, inline, layOut } from './layout.ts';

/** What to do about a problem, where its code says more than its status. */
const byCode: Partial<Record<ProblemCode, string>> = {
  invalid_cursor: 'Begin again without a cursor. Cursors are for the list and filters that gave them.',
  missing_key: 'Send `Authorization: Bearer` with an API key, or the token of a participant.',
  insufficient_scope:
    'Use a key with the scope that the route names. What a key may do never changes: make another.',
  referral_exists: 'Nothing: the answer carries the referral that stands. First come, first served.',
  event_conflict:
    'Ids are for ever. Report a change as an event of its own: `order.updated`, `order.refunded`.',
  version_conflict: 'Read the program again, and apply the change to what it is now.',
  already_claimed: 'Nothing: somebody claimed it, perhaps you, a moment ago.',
  insufficient_balance: 'Read the balances. `pending` is not `available` yet.',
  contended: 'Try again at once, then with growing pauses.',
  payload_too_large: 'Send smaller batches.',
};

const byStatus: Readonly<Record<number, string>> = {
  400: 'Correct what `errors` names, field by field. The same again fails again.',
  401: 'Check the key or token; make a new one where it ended.',
  403: 'Ask whoever runs the program.',
  404: 'Check the id, and the program that it belongs to.',
  405: 'Use a method that the header `Allow` names.',
  409: 'Read how it stands now, and decide anew.',
  413: 'Send less at once.',
  422: 'Correct what is asked for. The same again fails again.',
  429: 'Wait for as long as `Retry-After` says.',
  500: 'Try again with the same ids: nothing is done twice. If it stays, give the request id to who runs it.',
  503: 'Try again with the same ids and growing pauses: nothing is done twice.',
};

const example = {
  type: 'urn:plusone:problem:invalid_request',
  title: problems.invalid_request.title,
  status: 400,
  code: 'invalid_request',
  errors: [{ field: 'events.0.amount', message: 'must not be negative' }],
  requestId: 'q1x0v8Zt3mB7nR2w',
};

/** All problems with what to do about each. */
export function errorsPage(): string {
  const codes = Object.keys(problems) as ProblemCode[];
  const statuses = [...new Set(codes.map((code) => problems[code].status))].sort((a, b) => a - b);
  const sections = statuses.map(
    (status) => `<h2 id="status-${status}">${status}</h2>
<p>${inline(byStatus[status] ?? '')}</p>
<dl>${codes
      .filter((code) => problems[code].status === status)
      .map(describe)
      .join('\n')}</dl>`,
  );
  return layOut({
    path: '/docs/errors',
    title: 'Errors',
    main: `<p>Whatever is refused is answered by a problem document (RFC 9457), of the type <code>application/problem+json</code>.
Switch on <code>code</code>: it stays as it is, while words can change. What was refused left no trace.</p>
${block(example)}
${sections.join('\n')}`,
  });
}

function describe(code: ProblemCode): string {
  const advice = byCode[code];
  return `<dt id="${code}"><code>${code}</code></dt><dd>${inline(problems[code].title)}.${advice === undefined ? '' : ` <em>${inline(advice)}</em>`}</dd>`;
}
