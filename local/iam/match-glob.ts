/** Matches `*` (any run) and `?` (any one character); linear but for one step of return, never exponential. */
export const matchGlob = (pattern: string, text: string): boolean => {
  let at = 0;
  let from = 0;
  let star = -1;
  let resume = 0;
  while (from < text.length) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at++;
      resume = from;
    } else if (wanted === '?' || (wanted !== undefined && wanted === text[from])) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
};

/** The same for actions, which know no case. */
export const matchAction = (pattern: string, action: string): boolean =>
  matchGlob(pattern.toLowerCase(), action.toLowerCase());

const ARN_PARTS = 6;

const splitArn = (arn: string): readonly string[] => {
  const parts = arn.split(':');
  return [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')];
};

/** As `ArnLike`: each of the six parts of an ARN by itself, so that a wildcard never passes a colon of the first five. */
export const matchArn = (pattern: string, arn: string): boolean => {
  const wanted = splitArn(pattern);
  const found = splitArn(arn);
  return wanted.length === found.length && wanted.every((part, index) => matchGlob(part, found[index] ?? ''));
};
