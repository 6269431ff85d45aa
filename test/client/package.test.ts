import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPackage } from '../../client/build/build-package.ts';
import { projectDir } from '../end-to-end/support/project-dir.ts';

const consumer = mkdtempSync(join(tmpdir(), 'plusone-consumer-'));
const installed = join(consumer, 'node_modules/plusone-client');

/** Packs the package as npm does, and unpacks it as npm does where it is installed. */
async function install(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plusone-package-'));
  for (const name of ['package.json', 'README.md']) {
    writeFileSync(join(folder, name), readFileSync(join(projectDir, 'client', name)));
  }
  await buildPackage(join(folder, 'dist'));
  execFileSync('npm', ['pack', '--silent', '--offline', '--pack-destination', consumer], { cwd: folder });
  const [tarball = ''] = readdirSync(consumer).filter((name) => name.endsWith('.tgz'));
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(consumer, tarball), '-C', installed, '--strip-components=1']);
  mkdirSync(join(consumer, 'node_modules/@types'), { recursive: true });
  symlinkSync(join(projectDir, 'node_modules/@types/node'), join(consumer, 'node_modules/@types/node'));
  symlinkSync(join(projectDir, 'node_modules/undici-types'), join(consumer, 'node_modules/undici-types'));
  writeFileSync(join(consumer, 'package.json'), '{"type":"module"}');
}

const webLib = ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'];
const strict: ts.CompilerOptions = {
  strict: true,
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: [],
};

/** What the compiler says of a program of the consumer's. */
function compile(name: string, text: string, options: ts.CompilerOptions): string[] {
  const path = join(consumer, name);
  writeFileSync(path, text);
  const program = ts.createProgram([path], { ...strict, ...options });
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
}

interface ExportedTypes {
  readonly describe: (name: string) => string;
  readonly methods: (name: string) => ReadonlyMap<string, string>;
}

/** What a file exports, as the compiler sees it. */
function exportedTypes(program: ts.Program, path: string): ExportedTypes {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(path);
  const module = file && checker.getSymbolAtLocation(file);
  const exported = new Map(module ? checker.getExportsOfModule(module).map((one) => [one.name, one]) : []);
  const typeOf = (name: string): ts.Type => {
    const symbol = exported.get(name);
    if (symbol === undefined) throw new Error(`${name} is not exported`);
    const { flags } = symbol;
    return checker.getDeclaredTypeOfSymbol(
      flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
    );
  };
  const methodsBelow = (type: ts.Type, prefix: string): [string, string][] =>
    type.getProperties().flatMap((property) => {
      const of = checker.getTypeOfSymbol(property);
      const name = prefix + property.name;
      return of.getCallSignatures().length > 0
        ? [[name, describeType(checker, of)]]
        : methodsBelow(of, `${name}.`);
    });
  return {
    describe: (name) => describeType(checker, typeOf(name)),
    methods: (name) => new Map(methodsBelow(typeOf(name), '').sort()),
  };
}

/** Where zod knows when it runs what the compiler does not: which scopes a route asks for, which events there are. */
const exacter = [
  ...['apiKeys.create', 'apiKeys.get', 'apiKeys.list', 'apiKeys.revoke', 'apiKeys.rotate'],
  ...['webhookEndpoints.create', 'webhookEndpoints.test', 'webhookEndpoints.update'],
];

const platformTypes = ['AbortSignal', 'Blob'];
/** Nested three deep, which the contract writes down for zod and not for the compiler. */
const untyped = 'conditions';
const ofOther = ['Promise', 'AsyncIterableIterator'];

/** A type, whatever it is called, by its fields in their order. Undefined fields are as good as missing ones. */
function describeType(checker: ts.TypeChecker, type: ts.Type, above: readonly ts.Type[] = []): string {
  const describe = (inner: ts.Type) => describeType(checker, inner, [...above, type]);
  const name = type.symbol?.name ?? '';
  if (platformTypes.includes(name)) return name;
  if (above.includes(type)) return `above ${above.indexOf(type)}`;
  if (ofOther.includes(name)) {
    return `${name}<${describe(checker.getTypeArguments(type as ts.TypeReference)[0] as ts.Type)}>`;
  }
  if (checker.isArrayType(type)) {
    return `${describe(checker.getTypeArguments(type as ts.TypeReference)[0] as ts.Type)}[]`;
  }
  if (type.isUnion()) return [...new Set(type.types.map(describe))].sort().join(' | ');
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return checker.typeToString(type);
  const calls = type.getCallSignatures().map((signature) => {
    const given = signature.parameters.map((one) => describe(checker.getTypeOfSymbol(one)));
    return `(${given.join(', ')}) => ${describe(signature.getReturnType())}`;
  });
  const fields = type.getProperties().map((property) => {
    const of = checker.getTypeOfSymbol(property);
    if (property.name === untyped) return untyped;
    const isOptional = property.flags & ts.SymbolFlags.Optional;
    return `${property.name}${isOptional ? '?' : ''}: ${isOptional ? describe(of).replace(/(^| \\| )undefined(?=$| \\| )/, '') : describe(of)}`;
  });
  const index = checker.getIndexInfosOfType(type).map((info) => `[string]: ${describe(info.type)}`);
  return `{ ${[...calls, ...fields.sort(), ...index].join('; ')} }`;
}

beforeAll(install, 300_000);

const program = `
import { Plusone, PlusoneError, type Reward, type RecordEventsInput, type Result, unwrap } from 'plusone-client';
import { verifyWebhook } from 'plusone-client/webhooks';

const client = new Plusone({ baseUrl: 'https://api.example.com', apiKey: 'po_x', timeoutMs: 5000 });
const inBrowser = new Plusone({ baseUrl: 'https://api.example.com', token: async () => 'token' });

export async function main(): Promise<Reward[]> {
  const made = await client.generateLink({ userId: 'alice', destination: undefined });
  if (!made.ok) {
    switch (made.error.code) {
      case 'code_taken': case 'timeout': throw new PlusoneError(made.error);
      // @ts-expect-error no such code
      case 'code_takn':
    }
    return [];
  }
  const link: string = made.data.link;
  const orders: RecordEventsInput = { events: [{ type: 'order.paid', id: link, userId: 'bob', amount: 1, currency: 'USD' }] };
  const { events } = await client.orThrow.events.record(orders, { idempotencyKey: 'job', signal: new AbortController().signal });
  const status: 'accepted' | undefined = events[0]?.status;
  // @ts-expect-error userId is needed
  await client.participants.get({ programId: 'default', status });
  // @ts-expect-error no such field
  await client.programs.list({ limits: 5 });
  await client.programs.list();
  const rewards: Reward[] = [];
  for await (const reward of inBrowser.participants.rewards.all({ programId: 'default', userId: 'bob', limit: 5 })) rewards.push(reward);
  const stats: Result<{ clicks: number }> = await inBrowser.participants.stats({ programId: 'default', userId: 'bob' });
  const { content } = unwrap(await client.links.qr({ code: 'alice' }));
  const svg: string = await content.text();
  const webhook = await verifyWebhook({ body: svg, headers: { 'webhook-id': ['a'] } }, { secret: 'whsec_' });
  if (webhook.ok && webhook.event.type === 'payout.paid') {
    const { amount, currency } = webhook.event.data.payout;
    // @ts-expect-error that is of other events
    console.log(amount.toFixed(), currency, webhook.event.data.referral);
  }
  if (webhook.ok) console.log(webhook.event.type.toUpperCase(), stats.ok && stats.data.clicks.toFixed());
  return rewards;
}
`;

describe('the package', () => {
  it.each([
    ['a browser', { lib: webLib }],
    ['a bundler', { moduleResolution: ts.ModuleResolutionKind.Bundler, module: ts.ModuleKind.ESNext }],
    ['Node.js', { lib: ['lib.es2023.d.ts'], types: ['node'] }],
  ])(
    'compiles in a strict program for %s, with nothing else installed',
    (_, options) => {
      expect(compile('main.ts', program, options)).toEqual([]);
    },
    300_000,
  );

  it('compiles as its README shows it', () => {
    const readme = readFileSync(join(projectDir, 'client/README.md'), 'utf8');
    const examples = [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1]);
    const text = `${examples.join('\n')}\nexport { receive };`;
    expect(compile('readme.ts', text, { lib: ['lib.es2023.d.ts'], types: ['node'] })).toEqual([]);
  }, 300_000);

  it('has the types of the contracts, written out field by field', () => {
    const source = join(projectDir, 'client/api.ts');
    const codes = join(projectDir, 'client/problems.ts');
    const path = join(consumer, 'compare.ts');
    writeFileSync(
      path,
      `export type { Api as WrittenApi, ProblemCode as WrittenCode } from 'plusone-client';
       export type { Api as SourceApi } from ${JSON.stringify(source)};
       export type { ProblemCode as SourceCode } from ${JSON.stringify(codes)};`,
    );
    const options = { ...strict, skipLibCheck: true, allowImportingTsExtensions: true, lib: webLib };
    const types = exportedTypes(ts.createProgram([path], options), path);
    const written = types.methods('WrittenApi');
    const contracts = types.methods('SourceApi');
    expect([...written.keys()]).toEqual([...contracts.keys()]);
    expect(written.size).toBeGreaterThan(80);
    const different = [...contracts].filter(([name, method]) => written.get(name) !== method);
    expect(different.map(([name]) => name)).toEqual(exacter);
    expect(types.describe('WrittenCode')).toBe(types.describe('SourceCode'));
  }, 300_000);

  it('takes less than 10 KB on the wire in a browser, and asks for nothing of Node.js', () => {
    const script = readFileSync(join(installed, 'dist/browser.js'));
    expect(gzipSync(script, { level: 9 }).byteLength).toBeLessThan(10_000);
    expect(script.toString()).not.toMatch(/\bimport\b|require\(|\bprocess\.|\bBuffer\b|node:/);
  });

  it('runs where it is installed', async () => {
    const { Plusone } = (await import(pathToFileURL(join(installed, 'dist/index.js')).href)) as {
      Plusone: typeof import('../../client/index.ts').Plusone;
    };
    const client = new Plusone({
      baseUrl: 'https://x',
      fetch: async () => Response.json({ status: 'ok', version: '1' }),
    });
    expect(await client.service.health()).toEqual({ ok: true, data: { status: 'ok', version: '1' } });
    const main = `import('plusone-client/webhooks').then(({ verifyWebhook }) => console.log(typeof verifyWebhook))`;
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', main], { cwd: consumer });
    expect(said.toString().trim()).toBe('function');
  });

  it('depends on nothing, and has the version of the whole', () => {
    const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const own = read(join(installed, 'package.json'));
    expect(Object.keys(own).filter((name) => /dependencies/i.test(name))).toEqual([]);
    expect(own['version']).toBe(read(join(projectDir, 'package.json'))['version']);
    expect(readdirSync(join(installed, 'dist'))).toContain('LICENSE');
  });
});
