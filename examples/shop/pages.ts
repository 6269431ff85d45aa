import type { Reward } from './plusone.ts';

/** A customer of the shop. */
export interface Customer {
  readonly userId: string;
  readonly name: string;
  /** By which they bring others. */
  readonly link: string;
}

/** What every page needs to know of the snippet. */
export interface Snippet {
  readonly src: string;
  /** Its settings: docs/browser.md. */
  readonly attributes: Readonly<Record<string, string>>;
}

export const product = { name: 'A pound of tea', amount: 4900, currency: 'USD' } as const;

const price = (amount: number, currency: string): string => `${(amount / 100).toFixed(2)} ${currency}`;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (found) => escapes[found] ?? found);

/** A page with the snippet in its head, loaded beside everything else. */
function layout({ src, attributes }: Snippet, title: string, main: string): string {
  const settings = Object.entries(attributes).map(([name, value]) => ` data-${name}="${escapeHtml(value)}"`);
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title}</title>
  <script async src="${escapeHtml(src)}"${settings.join('')}></script>
  <style>
    body { font: 18px/1.6 system-ui, sans-serif; color: #1c1917; background: #fafaf9; margin: 0 }
    header { background: #0f766e; color: #fff; padding: 1rem 2rem } header a { color: inherit; text-decoration: none }
    main { max-width: 34rem; margin: 2rem auto; padding: 0 1.5rem }
    button, .button { font: inherit; background: #0f766e; color: #fff; border: 0; border-radius: .4rem;
      padding: .5rem 1.2rem; text-decoration: none; display: inline-block; cursor: pointer }
    input { font: inherit; padding: .4rem .6rem; border: 1px solid #78716c; border-radius: .4rem; width: 100%;
      box-sizing: border-box }
    code { background: #e7e5e4; padding: .15rem .4rem; border-radius: .3rem; overflow-wrap: anywhere }
    .note { background: #ccfbf1; padding: .6rem 1rem; border-radius: .4rem }
  </style>
</head>
<body>
<header><a href="/">The Tea Shop</a></header>
<main>
${main}
</main>
</body>
</html>
`;
}

/** Shows who sent the visitor, and says that calls made before the snippet is there are kept for it. */
const greeting = `<p class="note" id="greeting" hidden></p>
<script>
  (window.plusone = window.plusone || []).push(function (plusone) {
    var code = plusone.referral().referralCode;
    if (!code) return;
    var note = document.getElementById('greeting');
    note.textContent = 'A friend sent you: ' + code;
    note.hidden = false;
  });
</script>`;

export const landingPage = (snippet: Snippet): string =>
  layout(
    snippet,
    'The Tea Shop',
    `<h1>${product.name}</h1>
<p>Picked last week, here this week: ${price(product.amount, product.currency)}.</p>
${greeting}
<p><a class="button" href="/sign-up">Sign up to order</a></p>`,
  );

export const signUpPage = (snippet: Snippet): string =>
  layout(
    snippet,
    'Sign up',
    `<h1>Sign up</h1>
<form method="post" action="/sign-up">
  <p><label>Your name <input name="name" required maxlength="60" autocomplete="given-name"></label></p>
  <input type="hidden" name="clickId" data-plusone="clickId">
  <input type="hidden" name="referralCode" data-plusone="referralCode">
  <input type="hidden" name="token" data-plusone="token">
  <input type="hidden" name="landed" data-plusone="landed">
  <button>Sign up</button>
</form>
${greeting}`,
  );

export function accountPage(snippet: Snippet, customer: Customer, rewards: readonly Reward[]): string {
  const earned = rewards.map(
    ({ amount = 0, currency = '', status }) => `<li>${price(amount, currency)}, ${escapeHtml(status)}</li>`,
  );
  return layout(
    snippet,
    'Your account',
    `<h1>Hello, ${escapeHtml(customer.name)}</h1>
<form method="post" action="/order"><button>Order ${product.name.toLowerCase()}</button></form>
<h2>Bring a friend</h2>
<p>You get a tenth of whatever they order by your link:</p>
<p><code id="link">${escapeHtml(customer.link)}</code></p>
<h2>What you have earned</h2>
<ul id="rewards">${earned.join('') || '<li>Nothing yet.</li>'}</ul>`,
  );
}
