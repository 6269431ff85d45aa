"""Link, sign-up, order, balance and a webhook's signature, with Python's standard library.

Needs PLUSONE_URL and PLUSONE_KEY, and for the webhook PLUSONE_SECRET.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid


def call(method, path, body=None):
    """Calls the API, and again what failed on the way. Raises what the API refuses."""
    headers = {
        "authorization": "Bearer " + os.environ["PLUSONE_KEY"],
        "content-type": "application/json",
        "idempotency-key": str(uuid.uuid4()),
    }
    data = None if body is None else json.dumps(body).encode()
    for attempt in range(3):
        request = urllib.request.Request(os.environ["PLUSONE_URL"] + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503) or attempt == 2:
                problem = json.load(error)
                raise RuntimeError(problem.get("code"), problem.get("title")) from error
        except urllib.error.URLError:
            if attempt == 2:
                raise
        time.sleep(2**attempt)


def is_genuine(webhook_id, timestamp, signatures, body, now=None):
    """Whether a webhook is Plusone's, by its three headers and its body to the letter."""
    if abs((now or time.time()) - int(timestamp)) > 300:
        return False
    key = base64.b64decode(os.environ["PLUSONE_SECRET"].removeprefix("whsec_"))
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return any(hmac.compare_digest(expected, given) for given in signatures.split(" "))


if sys.argv[1:2] == ["verify"]:
    sys.exit(0 if is_genuine(*sys.argv[2:5], sys.stdin.buffer.read()) else 1)

print(call("POST", "/generate-link", {"userId": "alice", "code": "alice-by-python"})["link"])
print(call("POST", "/verify-referral", {"newUserId": "bob-by-python", "referralCode": "alice-by-python"}))
order = {"type": "order.paid", "id": "order-by-python", "userId": "bob-by-python", "amount": 4900, "currency": "USD"}
print(call("POST", "/v1/events", order))
print(call("GET", "/v1/programs/default/participants/alice/balances"))
