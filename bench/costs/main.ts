import { costTable } from './cost-table.ts';
import { readMonths, usage } from './read-months.ts';

const args = process.argv.slice(2);
try {
  console.log(args.includes('--help') ? usage : costTable(readMonths(args)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
