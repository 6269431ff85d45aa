/** Who calls, and what they were given. */
export type Caller =
  | {
      readonly caller: 'server';
      readonly keyId: string;
      readonly scopes: readonly string[];
      /** The programs that the key is bound to, or all. */
      readonly programs: '*' | readonly string[];
    }
  | {
      readonly caller: 'participant';
      readonly programId: string;
      readonly userId: string;
      readonly tokenId: string;
    };

/** What a route asks of its callers. */
export interface Needs {
  /** What a key must be allowed. */
  readonly scope: string;
  /** Whether participants may call it, about themselves. @default - they may not */
  readonly participant?: 'self';
}

/** What a call is about. */
export interface Owner {
  readonly programId: string;
  /** The participant, where it is about one. */
  readonly userId?: string | undefined;
}

/** How far a caller may reach: to these programs, and in them to all or to one user alone. */
export interface Reach {
  readonly programs: '*' | readonly string[];
  readonly userId?: string;
}

/** Whether a caller may call a route at all. */
export function mayCall(caller: Caller, needs: Needs): boolean {
  if (caller.caller === 'participant') return needs.participant === 'self';
  return caller.scopes.includes('*') || caller.scopes.includes(needs.scope);
}

/** How far a caller reaches: nowhere, whoever is not known. */
export function reachOf(caller: Caller | undefined): Reach {
  if (caller === undefined) return { programs: [] };
  return caller.caller === 'server'
    ? { programs: caller.programs }
    : { programs: [caller.programId], userId: caller.userId };
}

/** Whether somebody reaches all programs and all their participants. */
export function reachesAll({ programs, userId }: Reach): boolean {
  return programs === '*' && userId === undefined;
}

/** Whether a program is within somebody's reach. */
export function reachesProgram({ programs }: Reach, programId: string): boolean {
  return programs === '*' || programs.includes(programId);
}

/** A look-up that finds what is within reach, and nothing else. */
export function within<Name, Owned extends Owner>(
  reach: Reach,
  find: (name: Name) => Promise<Owned | undefined>,
): (name: Name) => Promise<Owned | undefined> {
  return async (name) => {
    const found = await find(name);
    return found !== undefined && reaches(reach, found) ? found : undefined;
  };
}

/** Whether what belongs to somebody is within reach. What is nobody's is a participant's no more than another's. */
export function reaches(reach: Reach, owner: Owner): boolean {
  return (
    reachesProgram(reach, owner.programId) && (reach.userId === undefined || reach.userId === owner.userId)
  );
}
