/**
 * The forms of ids that customers choose. Apart from the schemas, for who checks an id and nothing else: the authorizer
 * starts in half the time without them.
 */
export const idForms = {
  /**
   * Fits a path segment, e-mail addresses and the ids of the usual identity providers. Not `.` or `..`: whoever reads a
   * URL takes them for steps in its path, escaped or not (WHATWG URL, "double-dot URL path segment").
   */
  userId: /^(?!\.{1,2}$)[A-Za-z0-9._:@|+-]{1,128}$/,
  eventId: /^(?!\.{1,2}$)[A-Za-z0-9._:-]{1,128}$/,
  programId: /^[a-z0-9][a-z0-9-]{0,62}$/,
} as const;
