import * as z from 'zod';
import { nextCursor, page, programId } from './fields.ts';
import { newProgram, program, programChange } from './programs/program.ts';
import { defineRoute } from './route.ts';

/** Something about a program that is allowed, but surely not meant. */
const warning = z.object({ field: z.string(), message: z.string() });

const programAnswer = z.object({ program });
const savedAnswer = z.object({ program, warnings: z.array(warning) });
const params = z.strictObject({ programId });
const tag = 'Programs';

export const createProgram = defineRoute({
  operationId: 'createProgram',
  method: 'POST',
  path: '/v1/programs',
  area: 'programs',
  audited: ['program.created'],
  tag,
  summary: 'Create a program',
  body: newProgram,
  success: { status: 201, description: 'The program, version 1', schema: savedAnswer },
  problems: ['program_exists'],
});

export const listPrograms = defineRoute({
  operationId: 'listPrograms',
  method: 'GET',
  path: '/v1/programs',
  area: 'programs',
  tag,
  summary: 'List programs',
  query: z.strictObject(page),
  success: {
    status: 200,
    description: 'Programs by id',
    schema: z.object({ programs: z.array(program), nextCursor }),
  },
  problems: ['invalid_cursor'],
});

export const getProgram = defineRoute({
  operationId: 'getProgram',
  method: 'GET',
  path: '/v1/programs/{programId}',
  area: 'programs',
  tag,
  summary: 'Read a program',
  params,
  success: { status: 200, description: 'The current version', schema: programAnswer },
  problems: ['program_not_found'],
});

export const updateProgram = defineRoute({
  operationId: 'updateProgram',
  method: 'PATCH',
  path: '/v1/programs/{programId}',
  area: 'programs',
  audited: ['program.changed'],
  tag,
  summary: 'Change a program',
  description:
    'Makes a new version. Referrals keep the version that they began with. The body is a JSON Merge Patch (RFC 7396): objects are merged by name, also within objects, and null takes away what can be left out, so that it is as it comes; a list is replaced as a whole. What comes of it is checked as a whole.',
  params,
  body: programChange,
  success: { status: 200, description: 'The new version', schema: savedAnswer },
  problems: ['program_not_found', 'version_conflict'],
});

export const deleteProgram = defineRoute({
  operationId: 'deleteProgram',
  method: 'DELETE',
  path: '/v1/programs/{programId}',
  area: 'programs',
  audited: ['program.deleted'],
  tag,
  summary: 'Delete a program that nobody takes part in',
  description:
    'Only a program without participants: links, referrals and money all belong to one. It is gone for all routes within ten seconds; its versions are kept, and its id is not given again. A program that has participants is refused: end it by taking its rules out, so that nothing new is earned.',
  params,
  success: { status: 200, description: 'The program as it was', schema: programAnswer },
  problems: ['program_not_found', 'program_in_use', 'version_conflict'],
});

export const listProgramVersions = defineRoute({
  operationId: 'listProgramVersions',
  method: 'GET',
  path: '/v1/programs/{programId}/versions',
  area: 'programs',
  tag,
  summary: 'List the versions of a program, newest first',
  params,
  query: z.strictObject(page),
  success: {
    status: 200,
    description: 'Versions',
    schema: z.object({ versions: z.array(program), nextCursor }),
  },
  problems: ['program_not_found', 'invalid_cursor'],
});
