import Script from 'next/script';
import { plusoneUrl } from '../lib/plusone.ts';

export const dynamic = 'force-dynamic';

/** The form to sign up. The snippet fills the hidden fields with how the visitor came. */
export default function SignUpPage() {
  return (
    <main>
      <Script src={`${plusoneUrl()}/plusone.js`} />
      <h1>Sign up</h1>
      <form method="post" action="/sign-up">
        <label>
          Your name <input name="name" required />
        </label>
        <label>
          Your e-mail <input name="email" type="email" required />
        </label>
        <input type="hidden" name="clickId" data-plusone="clickId" />
        <input type="hidden" name="referralCode" data-plusone="referralCode" />
        <input type="hidden" name="token" data-plusone="token" />
        <input type="hidden" name="landed" data-plusone="landed" />
        <button type="submit">Sign up</button>
      </form>
    </main>
  );
}
