/** Something about a program that somebody should know: the path of its field (`rules.2.amount.currency`), and what. */
export interface Finding {
  readonly field: string;
  readonly message: string;
}

/** What a check found: errors refuse the program, warnings go with it. */
export interface Findings {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

export const noFindings: Findings = { errors: [], warnings: [] };

/** Findings of several checks as one. */
export function joinFindings(all: readonly Findings[]): Findings {
  return {
    errors: all.flatMap((one) => one.errors),
    warnings: all.flatMap((one) => one.warnings),
  };
}
