import type { AdNetwork } from '../clicks/ad-network.ts';
import type { FingerprintKind, Signals } from './signals.ts';

/** What a rule does to a sign-up, or an order, that it finds. */
export type FraudAction = 'off' | 'flag' | 'hold' | 'reject';

/** What a rule has to have read before it can judge, beyond the sign-up and its two people. */
export type Need = FingerprintKind | 'brought';

/** What a rule measures by. A rule uses what it has a default for. */
export interface Measures {
  /** From so many on. */
  readonly limit?: number;
  /** From so many of a hundred on. */
  readonly percent?: number;
  /** Within so many seconds. */
  readonly seconds?: number;
  /** Hosts, with those below them; `*` for any characters. */
  readonly hosts?: readonly string[];
  /** Networks of advertisements. */
  readonly networks?: readonly AdNetwork[];
  /** Numbers of networks, in place of those that a rule knows. */
  readonly asns?: readonly number[];
  /** … besides those. */
  readonly moreAsns?: readonly number[];
}

/** What a rule saw: for the person who decides, and free of anything that tells who the two are. */
export interface Observation {
  readonly reason: string;
  readonly evidence: Readonly<Record<string, string | number>>;
}

/** One way to recognise a fraud, in what is seen of a sign-up or of an event. */
export interface FraudRule<Seen = Signals> {
  readonly ruleId: string;
  readonly needs: readonly Need[];
  /** What it adds to the score, 0 to 100, unless the program says. */
  readonly score: number;
  /** What it does unless the program says. */
  readonly action: FraudAction;
  /** What it measures by unless the program says. */
  readonly measures: Measures;
  /** Set where a program cannot say otherwise: the rewards could not be kept right without it. */
  readonly isFixed?: true;
  /** Pure: the same signals give the same answer. */
  observe(seen: Seen, measures: Measures): Observation | undefined;
}
