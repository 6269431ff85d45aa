import { requireEnvironment } from './environment.ts';

/** What calls of AWS are signed with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The credentials that Lambda puts into a function's environment, which lasts no longer than they do. */
export function ownCredentials(): Credentials {
  const sessionToken = process.env['AWS_SESSION_TOKEN'];
  return {
    accessKeyId: requireEnvironment('AWS_ACCESS_KEY_ID'),
    secretAccessKey: requireEnvironment('AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken !== undefined && { sessionToken }),
  };
}

/**
 * Stands in bundles where the SDK would look for credentials in profiles, at identity providers and at instances
 * (`infra/bundle.ts`): that is a quarter of its code and of its start.
 */
export const defaultProvider = () => async (): Promise<Credentials> => ownCredentials();
