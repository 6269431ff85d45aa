import { Plusone } from 'plusone-client';
import { createApp } from './app.ts';

const { PLUSONE_URL = 'http://127.0.0.1:4000', PLUSONE_KEY, PLUSONE_SECRET, PORT = '4200' } = process.env;
if (PLUSONE_KEY === undefined || PLUSONE_SECRET === undefined) {
  throw new Error(
    'Say by PLUSONE_KEY which API key to call with, and by PLUSONE_SECRET what webhooks are signed by',
  );
}

const app = createApp({
  plusone: new Plusone({ baseUrl: PLUSONE_URL, apiKey: PLUSONE_KEY }),
  snippetUrl: `${PLUSONE_URL}/plusone.js`,
  webhookSecret: PLUSONE_SECRET,
  onEvent: (event) => console.log(event.type, JSON.stringify(event.data)),
});
app.listen(Number(PORT), '127.0.0.1', () => console.log(`Open http://127.0.0.1:${PORT}/`));
