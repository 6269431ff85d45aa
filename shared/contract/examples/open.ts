import * as contract from '../open.ts';
import { exampleOf } from './example.ts';

export const openExamples = [
  exampleOf(contract.health, { answer: { status: 'ok', version: '0.1.0' } }),
  exampleOf(contract.openApi, { answer: { openapi: '3.1.0' } }),
];
