#!/usr/bin/env bash
# Link, sign-up, order, balance and a webhook's signature, with curl and OpenSSL.
# Needs PLUSONE_URL and PLUSONE_KEY, and for the webhook PLUSONE_SECRET.
set -euo pipefail

# call METHOD PATH [JSON]: repeats what failed on the way. The idempotency key is the same for all tries.
call() {
  curl --silent --show-error --fail-with-body --max-time 10 --retry 3 \
    --request "$1" "$PLUSONE_URL$2" \
    --header "authorization: Bearer $PLUSONE_KEY" \
    --header "idempotency-key: $(openssl rand -hex 16)" \
    ${3:+--header 'content-type: application/json' --data "$3"}
  echo
}

# verify_webhook ID TIMESTAMP SIGNATURES: reads the body; succeeds if one of the signatures is right and not old.
verify_webhook() {
  local key expected age
  age=$(($(date +%s) - $2))
  [ "${age#-}" -le 300 ] || return 1
  key=$(printf %s "${PLUSONE_SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
  expected=v1,$({ printf '%s.%s.' "$1" "$2"; cat; } |
    openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)
  case " $3 " in *" $expected "*) ;; *) return 1 ;; esac
}

if [ "${1:-}" = verify ]; then
  verify_webhook "$2" "$3" "$4"
  exit
fi
call POST /generate-link '{"userId":"alice","code":"alice-by-curl"}'
call POST /verify-referral '{"newUserId":"bob-by-curl","referralCode":"alice-by-curl"}'
call POST /v1/events '{"type":"order.paid","id":"order-by-curl","userId":"bob-by-curl","amount":4900,"currency":"USD"}'
call GET /v1/programs/default/participants/alice/balances
