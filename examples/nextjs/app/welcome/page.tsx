import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { plusone } from '../../lib/plusone.ts';

/** What somebody sees who has signed up: their link, and what it has brought them. */
export default async function WelcomePage() {
  const userId = (await cookies()).get('user')?.value;
  if (userId === undefined) redirect('/');
  const { links } = await plusone().orThrow.links.list({ programId: 'default', userId });
  const { balances } = await plusone().orThrow.participants.balances({ programId: 'default', userId });
  return (
    <main>
      <h1>Welcome</h1>
      <p>
        Bring friends by <code>{links[0]?.link}</code>.
      </p>
      <ul>
        {balances.map(({ kind, currency, available }) => (
          <li key={kind + currency}>
            {(available / 100).toFixed(2)} {currency}
          </li>
        ))}
      </ul>
    </main>
  );
}
