import { TextAnswer } from '../../../shared/http/text-answer.ts';

const page = (title: string, body: string): TextAnswer =>
  new TextAnswer(
    'text/html; charset=utf-8',
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>
body { margin: 15vh auto; max-width: 28rem; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: #1f2937 }
button { font: inherit; padding: .5rem 1rem; border: 0; border-radius: .375rem; background: #0f766e; color: #fff; cursor: pointer }
</style>
</head>
<body>
<h1>${title}</h1>
${body}
</body>
</html>
`,
    { 'referrer-policy': 'no-referrer' },
  );

/** Asks before anything changes. */
export const askPage = page(
  'Unsubscribe',
  `<p>Do you want no more mails about invitations, rewards and payouts of this program?</p>
<form method="post"><button>Unsubscribe</button></form>`,
);

export const donePage = page('You are unsubscribed', '<p>You will get no more of these mails.</p>');

export const unknownPage = page(
  'This link does not work',
  '<p>It is not whole, or not one of ours. Please open it from the mail once more.</p>',
);
