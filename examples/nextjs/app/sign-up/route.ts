import { randomUUID } from 'node:crypto';
import { plusone } from '../../lib/plusone.ts';

/** The fields that the snippet fills; they go into `verifyReferral` as they are. */
const evidence = ['clickId', 'referralCode', 'token', 'landed'];

/** What fraud rules look at: hashed on arrival. */
function signalsOf({ headers }: Request, form: FormData) {
  const email = form.get('email');
  // The proxy before this server added the last address; those before it are what the visitor says.
  const ip = headers.get('x-forwarded-for')?.split(',').at(-1)?.trim();
  const userAgent = headers.get('user-agent');
  return { ...(email && { email: String(email) }), ...(ip && { ip }), ...(userAgent && { userAgent }) };
}

/** Signs somebody up, credits who brought them, and gives them a link of their own. */
export async function POST(request: Request): Promise<Response> {
  const form = await request.formData();
  const userId = `user-${randomUUID()}`;
  const cameBy = Object.fromEntries(
    evidence.flatMap((name) => (form.get(name) ? [[name, String(form.get(name))]] : [])),
  );
  if (Object.keys(cameBy).length > 0) {
    const referral = await plusone().verifyReferral({
      newUserId: userId,
      ...cameBy,
      ...signalsOf(request, form),
    });
    // Nobody is kept out for the link that they came by.
    if (!referral.ok) console.warn(`No referral for ${userId}: ${referral.error.code}`);
  }
  await plusone().orThrow.generateLink({ userId });
  // A session of yours belongs here in place of the bare id.
  const cookie = `user=${userId}; Path=/; HttpOnly; SameSite=Lax`;
  return new Response(null, { status: 303, headers: { location: '/welcome', 'set-cookie': cookie } });
}
