/** Who may import whom. docs/architecture.md says why. */
const layer = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const ours = '^(infra|functions|shared|local|browser|client|examples|bench|test)/';

module.exports = {
  forbidden: [
    layer('no-cycles', 'What depends on itself cannot be understood in parts', {}, { circular: true }),
    layer(
      'domain-is-pure',
      'Decisions know nothing of I/O, clocks or the SDK; hashing is computing',
      { path: '^shared/domain/' },
      { pathNot: ['^shared/domain/', '^(node:)?crypto$'] },
    ),
    layer(
      'contract-is-zod-alone',
      'What outsiders rely on depends on nothing of ours',
      { path: '^shared/contract/' },
      { pathNot: ['^shared/contract/', 'node_modules/zod/'] },
    ),
    layer(
      'use-cases-reach-out-through-ports',
      'Use cases load, decide and commit through ports; they may name problems',
      { path: '^shared/usecases/' },
      { pathNot: ['^shared/(usecases|domain)/', '^shared/contract/problems\\.ts$', '^(node:)?crypto$'] },
    ),
    layer(
      'table-knows-the-domain-alone',
      'The only code that speaks DynamoDB',
      { path: '^shared/table/' },
      { path: ours, pathNot: ['^shared/(table|domain)/'] },
    ),
    layer(
      'dynamodb-only-in-table',
      'Nobody else sends commands to DynamoDB',
      { path: '^(shared|functions)/', pathNot: ['^shared/table/'] },
      { path: 'node_modules/@aws-sdk/(lib-dynamodb|client-dynamodb)/', dependencyTypesNot: ['type-only'] },
    ),
    layer(
      'infra-reads-names-alone',
      'Infrastructure takes the layout of the table and the routes, and how pages are escaped; no other behaviour',
      { path: '^infra/' },
      {
        path: ours,
        pathNot: [
          '^infra/',
          '^shared/table/layout\\.ts$',
          '^shared/contract/',
          '^shared/domain/escape-html\\.ts$',
        ],
      },
    ),
    layer(
      'no-function-imports-a-function',
      'What two functions need lies in shared/',
      { path: '^functions/(api|queue|stream|schedule|deploy)/([^/]+)/' },
      { path: '^functions/', pathNot: ['^functions/$1/$2/'] },
    ),
    layer(
      'local-stands-alone',
      'The local stack reads the template, so that it could be a tool of its own',
      { path: '^local/' },
      { path: ours, pathNot: ['^local/'] },
    ),
    layer(
      'browser-stands-alone',
      'It runs in pages of others: nothing of the server can come along',
      { path: '^browser/' },
      { pathNot: ['^browser/'] },
    ),
    layer(
      'client-stands-alone',
      'It runs in programs of others: of the contracts it takes the types alone, which its package has written out',
      { path: '^client/', pathNot: ['^client/build/'] },
      { pathNot: ['^client/'], dependencyTypesNot: ['type-only'] },
    ),
    layer(
      'client-knows-the-contracts-alone',
      'What it promises is what outsiders rely on',
      { path: '^client/', pathNot: ['^client/build/'] },
      { pathNot: ['^(client|shared/contract)/', 'node_modules/zod/'] },
    ),
    layer(
      'product-imports-no-workshop',
      'What is deployed does not depend on how it is tried or tested',
      { path: '^(infra|functions|shared|local)/' },
      { path: '^(test|bench|examples)/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
