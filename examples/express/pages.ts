const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (found) => escapes[found] ?? found);

const page = (title: string, head: string, body: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title>${head}</head>
<body><h1>${title}</h1>${body}</body>
</html>`;

/** The form to sign up. The snippet fills the hidden fields with how the visitor came. */
export const signUpPage = (snippetUrl: string): string =>
  page(
    'Sign up',
    `<script async src="${escapeHtml(snippetUrl)}"></script>`,
    `<form method="post" action="/sign-up">
  <label>Your name <input name="name" required></label>
  <label>Your e-mail <input name="email" type="email" required></label>
  <input type="hidden" name="clickId" data-plusone="clickId">
  <input type="hidden" name="referralCode" data-plusone="referralCode">
  <input type="hidden" name="token" data-plusone="token">
  <input type="hidden" name="landed" data-plusone="landed">
  <button>Sign up</button>
</form>`,
  );

/** What somebody sees who has signed up. */
export const welcomePage = (name: string, userId: string, link: string): string =>
  page(
    `Welcome, ${escapeHtml(name)}`,
    '',
    `<p>You are <code id="user">${userId}</code>. Bring friends by <code id="link">${escapeHtml(link)}</code>.</p>`,
  );
