/** As many as one call of the function has time for, should each of them ask the customer's own logic in vain. */
export const mostEventsPerMessage = 10;
