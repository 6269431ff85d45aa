/** A token, or how to get one: it is asked for a new one when the service says that the last has expired. */
export type Token = string | (() => Promise<string>);

/** Holds a token for all calls. */
export interface TokenHolder {
  /** The token of now. Calls at the same time share one request for it. @throws what the function throws */
  current(): Promise<string>;
  /** The token after one that has expired; undefined where there can be none. */
  after(expired: string): Promise<string> | undefined;
}

/** Holds a token that does not change, or asks for one when it is needed. */
export function holdToken(token: Token): TokenHolder {
  if (typeof token === 'string') return { current: async () => token, after: () => undefined };
  let held: Promise<string> | undefined;
  const ask = (): Promise<string> => {
    const asked = token();
    held = asked;
    asked.catch(() => {
      if (held === asked) held = undefined;
    });
    return asked;
  };
  const current = () => held ?? ask();
  return {
    current,
    async after(expired) {
      const token = await current();
      return token === expired ? ask() : token;
    },
  };
}
