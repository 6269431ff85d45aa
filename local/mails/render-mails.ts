import type { CaughtMail } from '../services/mailbox.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: #1f2937 }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #e5e7eb; vertical-align: top }
iframe { width: 100%; height: 24rem; border: 1px solid #e5e7eb; background: #fff }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 1rem; background: #f3f4f6 }
</style>
</head>
<body>
${body}
</body>
</html>
`;

const row = ({ id, at, to, subject }: CaughtMail): string =>
  `<tr><td><time datetime="${escapeHtml(at)}">${escapeHtml(at)}</time></td><td>${escapeHtml(to.join(', '))}</td><td><a href="/${escapeHtml(id)}">${escapeHtml(subject)}</a></td></tr>`;

/** All mails, newest first. */
export const renderList = (mails: readonly CaughtMail[]): string =>
  page(
    'Mails',
    `<h1>Mails</h1>
${
  mails.length === 0
    ? '<p>None has been sent yet. Nothing leaves this machine: what would be sent is shown here.</p>'
    : `<table><thead><tr><th>When</th><th>To</th><th>Subject</th></tr></thead><tbody>${mails.map(row).join('\n')}</tbody></table>`
}`,
  );

/** One mail. Its HTML is shown in a frame of its own, where nothing of it runs. */
export const renderMail = (mail: CaughtMail): string => {
  const headers = { From: mail.from, To: mail.to.join(', '), Date: mail.at, ...mail.headers };
  const rows = Object.entries(headers).map(
    ([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return page(
    mail.subject,
    `<p><a href="/">All mails</a></p>
<h1>${escapeHtml(mail.subject)}</h1>
<table>${rows.join('\n')}</table>
${mail.html === undefined ? '' : `<h2>HTML</h2><iframe sandbox title="HTML" srcdoc="${escapeHtml(mail.html)}"></iframe>`}
${mail.text === undefined ? '' : `<h2>Text</h2><pre>${escapeHtml(mail.text)}</pre>`}`,
  );
};
