export type { FieldError, ProblemCode } from '../shared/contract/problems.ts';
