const texts = {
  404: ['This link leads nowhere', 'Perhaps a letter is missing. Ask whoever gave it to you for a new one.'],
  410: ['This link is no longer in use', 'It has ended. Ask whoever gave it to you for a new one.'],
} as const;

const style =
  ':root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-content:center;padding:1.5rem;' +
  'text-align:center;font:1rem/1.5 system-ui,sans-serif}h1{font-size:1.5rem;margin:0 0 .5rem}p{margin:0;opacity:.75}';

/** Says that a link leads nowhere, or nowhere any more. Holds nothing of the request, and nothing that runs. */
export function lostPage(status: keyof typeof texts): string {
  const [title, text] = texts[status];
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${title}</title><style>${style}</style></head><body><main><h1>${title}</h1><p>${text}</p></main></body></html>`;
}
