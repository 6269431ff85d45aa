<?php
// Link, sign-up, order, balance and a webhook's signature, with PHP 8 and its curl extension.
// Needs PLUSONE_URL and PLUSONE_KEY, and for the webhook PLUSONE_SECRET.
declare(strict_types=1);

/** Calls the API, and again what failed on the way. */
function call(string $method, string $path, ?array $body = null): array
{
    $curl = curl_init(getenv('PLUSONE_URL') . $path);
    curl_setopt_array($curl, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 10,
        CURLOPT_HTTPHEADER => [
            'authorization: Bearer ' . getenv('PLUSONE_KEY'),
            'content-type: application/json',
            'idempotency-key: ' . bin2hex(random_bytes(16)),
        ],
    ]);
    if ($body !== null) {
        curl_setopt($curl, CURLOPT_POSTFIELDS, json_encode($body, JSON_THROW_ON_ERROR));
    }
    for ($attempt = 1; ; $attempt++) {
        $answer = curl_exec($curl);
        $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        if ($answer !== false && $status < 300) {
            return json_decode($answer, true, flags: JSON_THROW_ON_ERROR);
        }
        if (($answer !== false && $status !== 429 && $status !== 503) || $attempt === 3) {
            throw new RuntimeException("$method $path: $status " . ($answer === false ? curl_error($curl) : $answer));
        }
        sleep($attempt);
    }
}

/** Whether a webhook is Plusone's, by its three headers and its body to the letter: `php://input`. */
function isGenuine(string $id, string $timestamp, string $signatures, string $body): bool
{
    if (abs(time() - (int) $timestamp) > 300) {
        return false;
    }
    $key = base64_decode(substr(getenv('PLUSONE_SECRET'), strlen('whsec_')), true);
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    foreach (explode(' ', $signatures) as $given) {
        if (hash_equals($expected, $given)) {
            return true;
        }
    }
    return false;
}

if (($argv[1] ?? '') === 'verify') {
    exit(isGenuine($argv[2], $argv[3], $argv[4], file_get_contents('php://stdin')) ? 0 : 1);
}

$order = ['type' => 'order.paid', 'id' => 'order-by-php', 'userId' => 'bob-by-php', 'amount' => 4900, 'currency' => 'USD'];
echo json_encode(call('POST', '/generate-link', ['userId' => 'alice', 'code' => 'alice-by-php'])), "\n";
echo json_encode(call('POST', '/verify-referral', ['newUserId' => 'bob-by-php', 'referralCode' => 'alice-by-php'])), "\n";
echo json_encode(call('POST', '/v1/events', $order)), "\n";
echo json_encode(call('GET', '/v1/programs/default/participants/alice/balances')), "\n";
