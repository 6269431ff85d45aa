import { describe, expect, it } from 'vitest';
import { readCommandLine, WrongCommandLine } from '../../local/command-line.ts';

const read = (...args: string[]) => readCommandLine(args, {});

describe('--cors-origin', () => {
  it('names origins as browsers do, as many as it is given', () => {
    expect(read().corsOrigins).toEqual([]);
    const line = read('--cors-origin', 'http://localhost:5173', '--cors-origin', 'https://app.example.com/');
    expect(line.corsOrigins).toEqual(['http://localhost:5173', 'https://app.example.com']);
  });

  it.each([
    'localhost:5173',
    '*',
    'http://localhost:5173/portal',
    'file:///portal',
    'http://a@localhost',
    '',
  ])('takes no %j', (origin) => {
    expect(() => read('--cors-origin', origin)).toThrow(WrongCommandLine);
  });

  it('does not change an assembly that is there', () => {
    expect(() => read('--template', 'cdk.out', '--cors-origin', 'http://localhost:5173')).toThrow(
      /does not go with --template/,
    );
  });
});
