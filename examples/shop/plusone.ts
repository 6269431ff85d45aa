/** Where Plusone answers, and the key that it takes: of a running stack's `stack.json`. */
export interface Stack {
  readonly apiUrl: string;
  readonly apiKey: string;
}

/** What the snippet in the page found out: the fields of the form that it has filled. */
export interface CameBy {
  readonly clickId?: string;
  readonly referralCode?: string;
  readonly token?: string;
  readonly landed?: string;
}

export interface Reward {
  readonly status: string;
  readonly amount?: number;
  readonly currency?: string;
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** The program of this shop: a tenth of every order to whoever brought the customer. */
const programId = 'shop';

/** Opens what the shop needs of Plusone. All calls come from the shop's backend: the key never gets into a page. */
export function openPlusone({ apiUrl, apiKey }: Stack) {
  async function call(method: string, path: string, input?: object): Promise<Answer> {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      ...(input !== undefined && { body: JSON.stringify(input) }),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }

  async function succeed(method: string, path: string, input?: object): Promise<Answer['body']> {
    const { status, body } = await call(method, path, input);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  return {
    /** Makes the program, or lets the links of the one that is there lead to where the shop is now. */
    async prepare(shopUrl: string): Promise<void> {
      const settings = { destination: shopUrl, destinationHosts: [new URL(shopUrl).hostname] };
      const { status } = await call('GET', `/v1/programs/${programId}`);
      if (status === 200) {
        await succeed('PATCH', `/v1/programs/${programId}`, settings);
        return;
      }
      const amount = { type: 'percentage', rate: '10' };
      const rule = { ruleId: 'a-tenth', event: 'order.paid', side: 'referrer', kind: 'cash', amount };
      await succeed('POST', '/v1/programs', {
        programId,
        name: 'The shop of the example',
        ...settings,
        rules: [{ ...rule, limitPerReferee: null }],
        milestones: [],
        fraud: { rules: { no_page_view: { action: 'flag' } } },
      });
    },

    /** A new link by which a customer brings others. */
    async makeLink(userId: string, destination: string): Promise<string> {
      const { link } = await succeed('POST', '/generate-link', { userId, programId, destination });
      return String(link);
    },

    /**
     * Credits a new customer to who brought them.
     *
     * @returns whether somebody is credited; if not, the sign-up is as good as any
     */
    async verifyReferral(newUserId: string, cameBy: CameBy): Promise<boolean> {
      if (Object.keys(cameBy).length === 0) return false;
      const { status, body } = await call('POST', '/verify-referral', { newUserId, programId, ...cameBy });
      if (status !== 200) console.warn(`No referral for ${newUserId}: ${String(body['code'])}`);
      return status === 200;
    },

    /** Reports a paid order. `orderId` is the event's id: to report it twice does no harm. */
    async reportOrder(userId: string, orderId: string, amount: number, currency: string): Promise<void> {
      const event = { type: 'order.paid', id: orderId, userId, programId, orderId, amount, currency };
      await succeed('POST', '/v1/events', event);
    },

    /** What a customer has earned by bringing others. */
    async rewardsOf(userId: string): Promise<readonly Reward[]> {
      const path = `/v1/programs/${programId}/participants/${encodeURIComponent(userId)}/rewards`;
      const { rewards } = await succeed('GET', path);
      return rewards as Reward[];
    },
  };
}
