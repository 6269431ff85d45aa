import { startSqs } from '../../../../local/sqs/start-sqs.ts';

const [dataDir = ''] = process.argv.slice(2);
const { url } = await startSqs({ dataDir });
process.stdout.write(`${url}\n`);
