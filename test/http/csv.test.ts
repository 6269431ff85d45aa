import { describe, expect, it } from 'vitest';
import { toCsv } from '../../shared/http/csv.ts';

describe('CSV', () => {
  it('ends each row with CRLF and quotes what needs it', () => {
    expect(toCsv([['a', 'b,c', 'd"e', 'f\r\ng', '', undefined, { number: -1.5 }]])).toBe(
      'a,"b,c","d""e","f\r\ng",,,-1.5\r\n',
    );
  });

  it.each([
    ['=1+2', "'=1+2"],
    ['+49', "'+49"],
    ['-x', "'-x"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', '"\'\rx"'],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ['a=1', 'a=1'],
  ])('writes %j so that no spreadsheet takes it for a formula', (text, written) => {
    expect(toCsv([[text]])).toBe(`${written}\r\n`);
  });
});
