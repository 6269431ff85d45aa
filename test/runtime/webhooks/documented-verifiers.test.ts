import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { formatWebhookSecret, signWebhook } from '../../../shared/runtime/outbound/sign-webhook.ts';

const text = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8');
const secretOf = (byte: number) => formatWebhookSecret(new Uint8Array(32).fill(byte));
const [secret, nextSecret] = [secretOf(1), secretOf(2)];
const id = 'change-1-reward-created';
const body = '{"id":"change-1-reward-created","data":{"name":"Zoë"}}';

/** The one block of a language in docs/webhooks.md. */
function blockOf(language: string): string {
  const [found, another] = [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))];
  if (found?.[1] === undefined || another !== undefined) throw new Error(`Not one block of ${language}`);
  return found[1];
}

interface Request {
  readonly name: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly isOurs: boolean;
}

const signed = (secrets: string[], at = Date.now()) => signWebhook(secrets, id, at, body);
const requests: readonly Request[] = [
  { name: 'ours', headers: signed([secret]), body, isOurs: true },
  { name: 'signed twice', headers: signed([nextSecret, secret]), body, isOurs: true },
  { name: 'changed', headers: signed([secret]), body: body.replace('Zoë', 'Eve'), isOurs: false },
  { name: 'another id', headers: { ...signed([secret]), 'webhook-id': 'x' }, body, isOurs: false },
  { name: 'another secret', headers: signed([nextSecret]), body, isOurs: false },
  { name: 'old', headers: signed([secret], Date.now() - 400_000), body, isOurs: false },
  { name: 'of the future', headers: signed([secret], Date.now() + 400_000), body, isOurs: false },
];
const expected = requests.map(({ name, isOurs }) => `${name}: ${isOurs}`);

const has = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
const folder = () => mkdtempSync(join(tmpdir(), 'plusone-verifier-'));
const input = JSON.stringify({ secret, requests });
const linesOf = (output: string) => output.trim().split('\n');

describe('the public library', () => {
  // `.ci/run` installs it; npm's is held against in call-webhook.test.ts.
  it.skipIf(!has('python3', '-c', 'import standardwebhooks'))('of Python takes what is ours', () => {
    const program = `
import json, sys
from standardwebhooks import Webhook, WebhookVerificationError
given = json.load(sys.stdin)
for one in given["requests"]:
    try:
        Webhook(given["secret"]).verify(one["body"], one["headers"])
        print(one["name"] + ": true")
    except WebhookVerificationError:
        print(one["name"] + ": false")
`;
    expect(linesOf(execFileSync('python3', ['-c', program], { input, encoding: 'utf8' }))).toEqual(expected);
  });
});

describe('the verifier in docs/webhooks.md', () => {
  it('in TypeScript takes what is ours, and nothing else', async () => {
    const { code } = transformSync(blockOf('ts'), { loader: 'ts', format: 'esm' });
    const library = import.meta.resolve('standardwebhooks');
    const url = `data:text/javascript,${encodeURIComponent(code.replace(/from "standardwebhooks"/, `from "${library}"`))}`;
    const { receive } = (await import(/* @vite-ignore */ url)) as {
      receive: (secret: string, headers: Record<string, string>, body: string) => object;
    };
    const isTaken = ({ headers, body: sent }: Request) => {
      try {
        return receive(secret, headers, sent) !== undefined;
      } catch {
        return false;
      }
    };
    expect(requests.map((one) => `${one.name}: ${isTaken(one)}`)).toEqual(expected);
  });

  it.skipIf(!has('python3', '--version'))('in Python, too', () => {
    const program = `${blockOf('python')}
import sys
given = json.load(sys.stdin)
for one in given["requests"]:
    try:
        receive(given["secret"], one["headers"], one["body"].encode())
        print(one["name"] + ": true")
    except ValueError:
        print(one["name"] + ": false")
`;
    expect(linesOf(execFileSync('python3', ['-c', program], { input, encoding: 'utf8' }))).toEqual(expected);
  });

  it.skipIf(!has('go', 'version'))(
    'in Go, too',
    () => {
      const dir = folder();
      writeFileSync(join(dir, 'go.mod'), 'module webhooks\n\ngo 1.20\n');
      writeFileSync(join(dir, 'verify.go'), blockOf('go').replace('package webhooks', 'package main'));
      writeFileSync(
        join(dir, 'main.go'),
        `package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

func main() {
	var given struct {
		Secret   string
		Requests []struct {
			Name    string
			Headers map[string]string
			Body    string
		}
	}
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		panic(err)
	}
	for _, one := range given.Requests {
		headers := http.Header{}
		for name, value := range one.Headers {
			headers.Set(name, value)
		}
		fmt.Printf("%s: %t\\n", one.Name, Verify(given.Secret, headers, []byte(one.Body)) == nil)
	}
}
`,
      );
      const options = {
        cwd: dir,
        input,
        encoding: 'utf8' as const,
        env: { ...process.env, GOFLAGS: '-mod=mod' },
      };
      expect(linesOf(execFileSync('go', ['run', '.'], options))).toEqual(expected);
    },
    120_000,
  );

  it.skipIf(!has('php', '--version'))('in PHP, too', () => {
    const file = join(folder(), 'verify.php');
    writeFileSync(
      file,
      `${blockOf('php')}
$given = json_decode(stream_get_contents(STDIN), true);
foreach ($given['requests'] as $one) {
    try {
        receive($given['secret'], $one['headers'], $one['body']);
        echo $one['name'], ": true\\n";
    } catch (RuntimeException) {
        echo $one['name'], ": false\\n";
    }
}
`,
    );
    expect(linesOf(execFileSync('php', [file], { input, encoding: 'utf8' }))).toEqual(expected);
  });
});
