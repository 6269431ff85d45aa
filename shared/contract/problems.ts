/**
 * Every refusal that a caller can meet: its stable code, HTTP status and title (RFC 9457).
 * A use case answers with one of these codes; `shared/http` turns it into the answer.
 */
export const problems = {
  invalid_json: { status: 400, title: 'The body is not valid JSON' },
  invalid_request: { status: 400, title: 'A field is missing, unknown or not of its form' },
  invalid_cursor: { status: 400, title: 'The cursor is not one that this list gave' },
  missing_key: { status: 401, title: 'This route needs an API key or a token' },
  invalid_key: { status: 401, title: 'The API key is not valid' },
  expired_key: { status: 401, title: 'The API key has expired' },
  revoked_key: { status: 401, title: 'The API key has been revoked' },
  invalid_token: { status: 401, title: 'The token is not valid' },
  expired_token: { status: 401, title: 'The token has expired' },
  insufficient_scope: { status: 403, title: 'The API key or token may not do this' },
  inviting_not_allowed: { status: 403, title: 'This participant may not invite' },
  contact_not_found: { status: 404, title: 'This participant has no contact' },
  template_not_found: { status: 404, title: 'The program has no such template: the default one is sent' },
  not_found: { status: 404, title: 'There is nothing at this address' },
  method_not_allowed: { status: 405, title: 'This address takes other methods: see `Allow`' },
  program_not_found: { status: 404, title: 'No such program' },
  participant_not_found: { status: 404, title: 'No such participant in this program' },
  code_not_found: { status: 404, title: 'No such referral code' },
  click_not_found: { status: 404, title: 'No such click' },
  referral_not_found: { status: 404, title: 'No such referral' },
  review_not_found: { status: 404, title: 'No such review' },
  event_not_found: { status: 404, title: 'No such event' },
  reward_not_found: { status: 404, title: 'No such reward' },
  coupon_pool_not_found: { status: 404, title: 'No such coupon pool in this program' },
  payout_not_found: { status: 404, title: 'No such payout' },
  api_key_not_found: { status: 404, title: 'No such API key' },
  payout_batch_not_found: { status: 404, title: 'No such payout batch' },
  webhook_endpoint_not_found: { status: 404, title: 'No such webhook endpoint' },
  delivery_not_found: { status: 404, title: 'No such delivery in the log of this endpoint' },
  program_exists: { status: 409, title: 'A program of this id exists' },
  program_in_use: { status: 409, title: 'The program is in use and cannot be deleted' },
  version_conflict: { status: 409, title: 'The program was changed meanwhile' },
  code_taken: { status: 409, title: 'This code belongs to somebody' },
  code_inactive: { status: 409, title: 'This code is out of use' },
  link_limit_reached: { status: 409, title: 'The participant has as many links as the program allows' },
  referral_exists: { status: 409, title: 'This user already has a referral in the program' },
  reassigned_too_often: {
    status: 409,
    title: 'The referral has been reassigned twenty times, and stays where it is',
  },
  review_decided: { status: 409, title: 'The review was decided otherwise; undo that first' },
  event_conflict: { status: 409, title: 'An event of this id with other content was accepted before' },
  click_conflict: { status: 409, title: 'A click of this id with other content was accepted before' },
  own_api_key: { status: 409, title: 'A key cannot revoke itself: ask by another one' },
  api_key_inactive: { status: 409, title: 'The API key has expired or has been revoked' },
  api_key_rotated_too_often: {
    status: 409,
    title: 'Five secrets open for this key already: wait for an overlap to end, or leave none',
  },
  already_claimed: { status: 409, title: 'The reward has been claimed' },
  not_claimable: { status: 409, title: 'The reward cannot be claimed in its state' },
  insufficient_balance: { status: 409, title: 'The available balance is smaller than the amount' },
  participant_banned: { status: 409, title: 'The participant is banned, and is paid nothing' },
  payout_not_cancellable: { status: 409, title: 'The payout is past the state in which it can be cancelled' },
  payout_not_yet_allowed: {
    status: 409,
    title: 'The participant has not reached what the program asks for before it pays out',
  },
  payout_limit_reached: { status: 409, title: "The payout would pass the program's limit for the period" },
  payout_not_sendable: { status: 409, title: 'The payout has been sent, or will not be' },
  payout_not_sent: { status: 409, title: 'The payout has not been sent, so there is no result' },
  payout_result_conflict: { status: 409, title: 'Another result of this payout was recorded before' },
  payout_batch_not_frozen: { status: 409, title: 'The set of the batch is not frozen' },
  payout_batch_not_cancellable: {
    status: 409,
    title: 'The batch is past the state in which it can be cancelled',
  },
  payout_provider_not_set_up: {
    status: 409,
    title: 'This deployment has no settings for the payment provider',
  },
  payout_account_missing: { status: 409, title: 'The participant has no account at the payment provider' },
  idempotency_in_flight: {
    status: 409,
    title: 'A request with this idempotency key is being worked on',
  },
  webhook_endpoint_limit_reached: {
    status: 409,
    title: 'There are as many webhook endpoints as there can be',
  },
  webhook_endpoint_disabled: { status: 409, title: 'The webhook endpoint is disabled' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  self_referral: { status: 422, title: 'Nobody can be their own referrer' },
  referral_cycle: { status: 422, title: 'The referrer was invited by this user, directly or through others' },
  upline_too_long: {
    status: 422,
    title: 'The chain of who invited whom above the referrer is too long to search',
  },
  click_expired: { status: 422, title: "The click is older than the program's attribution window" },
  click_of_other_program: { status: 422, title: 'The click belongs to another program' },
  invalid_click_token: {
    status: 422,
    title: 'The click token was not signed by this deployment, was changed, or was cut short',
  },
  evidence_not_accepted: { status: 422, title: 'The program attributes nothing by this kind of evidence' },
  webhook_url_not_allowed: { status: 422, title: 'The URL leads to no public host' },
  destination_not_allowed: { status: 422, title: 'The program does not allow links to this host' },
  code_not_allowed: { status: 422, title: 'This code cannot be used' },
  payout_below_minimum: { status: 422, title: 'The amount is below the least that the program pays out' },
  idempotency_key_reused: {
    status: 422,
    title: 'This idempotency key was used for a request with other content',
  },
  rate_limited: { status: 429, title: 'Too many requests; try again later' },
  token_not_checked: {
    status: 503,
    title: 'The token could not be checked, since its issuer did not answer; try again',
  },
  contended: { status: 503, title: 'Too many changes at once; try again' },
  unavailable: { status: 503, title: 'A part of the service did not answer; nothing was lost, try again' },
  internal_error: { status: 500, title: 'Something failed on our side' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** One field of the input that was refused: its path (`events.0.amount`) and what it should have been. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** An expected refusal, as a value. `extra` fields are added to the problem document. */
export interface Refusal {
  readonly refused: ProblemCode;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly extra?: Readonly<Record<string, unknown>>;
  /** When to try again, in seconds: the header `Retry-After`. */
  readonly retryAfter?: number;
}

/** Makes a refusal. */
export function refuse(refused: ProblemCode, more: Omit<Refusal, 'refused'> = {}): Refusal {
  return { refused, ...more };
}

/** Makes the refusal of a field. */
export function refuseField(field: string, message: string): Refusal {
  return refuse('invalid_request', { errors: [{ field, message }] });
}

/** Tells a refusal from a use case's answer. */
export function isRefusal(value: object): value is Refusal {
  return 'refused' in value;
}
