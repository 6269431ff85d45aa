/** Reads a variable that the deployment sets. A function without it cannot do its work, so it fails at start. */
export function requireEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set`);
  return value;
}
