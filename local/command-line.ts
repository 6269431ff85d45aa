import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface CommandLine {
  readonly port: number;
  readonly dataDir: string;
  readonly fresh: boolean;
  readonly watch: boolean;
  readonly help: boolean;
  readonly templateDir?: string;
  readonly dynamodbUrl?: string;
  readonly sqsUrl?: string;
  /** Origins whose pages may call the API. */
  readonly corsOrigins: readonly string[];
  /** Variables that every function gets. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The command line is not of its form; the message says how. */
export class WrongCommandLine extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WrongCommandLine';
  }
}

export const usage = `Starts the whole system on this machine, from the template that cdk deploy would use.

  npm start -- [options]

  --port N            port of the API, 4000 unless given; 0 takes a free one
  --data DIR          data folder, .plusone unless given; data survive a restart
  --fresh             begin with an empty data folder
  --template DIR      boot from this cloud assembly (a cdk.out) instead of synthesizing
  --dynamodb-url URL  use a DynamoDB that runs already (also PLUSONE_DYNAMODB_URL)
  --sqs-url URL       use an SQS that runs already (also PLUSONE_SQS_URL)
  --cors-origin URL   let pages of this origin call the API, as http://localhost:5173; may be repeated
  --env NAME=VALUE    give every function this variable; may be repeated:
                      HOOKS_ALLOW_LOOPBACK=1 lets webhooks and own logic call this machine
  --watch             rebuild and reload changed functions (npm run dev)
  --help              this text`;

/** Reads the command line. @throws WrongCommandLine */
export function readCommandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): CommandLine {
  const { values } = parse(args);
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new WrongCommandLine(`--port takes a number from 0 to 65535, not ${values.port}`);
  }
  const dynamodbUrl = readUrl(
    '--dynamodb-url',
    values['dynamodb-url'] ?? environment['PLUSONE_DYNAMODB_URL'],
  );
  const sqsUrl = readUrl('--sqs-url', values['sqs-url'] ?? environment['PLUSONE_SQS_URL']);
  const corsOrigins = values['cors-origin'].map(readOrigin);
  if (values.template !== undefined && corsOrigins.length > 0) {
    throw new WrongCommandLine('--cors-origin does not go with --template, which names its own origins');
  }
  return {
    port,
    dataDir: values.data,
    fresh: values.fresh,
    watch: values.watch,
    help: values.help,
    corsOrigins,
    variables: Object.fromEntries(values.env.map(readVariable)),
    ...(values.template !== undefined && { templateDir: values.template }),
    ...(dynamodbUrl !== undefined && { dynamodbUrl }),
    ...(sqsUrl !== undefined && { sqsUrl }),
  };
}

function readVariable(text: string): [string, string] {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new WrongCommandLine(`--env takes NAME=VALUE, not ${text}`);
}

/** As browsers spell it in `Origin`. */
function readOrigin(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  throw new WrongCommandLine(`--cors-origin takes an origin such as http://localhost:5173, not ${given}`);
}

/** The address of an engine alone: what follows it in the URL is said by each call. An empty one counts as none. */
function readUrl(option: string, given: string | undefined): string | undefined {
  if (given === undefined || given === '') return undefined;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol === 'http:') return url.origin;
  throw new WrongCommandLine(`${option} takes a URL such as http://127.0.0.1:8000, not ${given}`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '4000' },
        data: { type: 'string', default: '.plusone' },
        fresh: { type: 'boolean', default: false },
        watch: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        env: { type: 'string', multiple: true, default: [] as string[] },
        'cors-origin': { type: 'string', multiple: true, default: [] as string[] },
        template: { type: 'string' },
        'dynamodb-url': { type: 'string' },
        'sqs-url': { type: 'string' },
      },
    });
  } catch (error) {
    throw new WrongCommandLine(
      `${error instanceof Error ? error.message.split('. ')[0] : error}. See --help`,
    );
  }
}
