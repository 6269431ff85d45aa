import type { AdNetwork } from '../clicks/ad-network.ts';
import type { VisitKind } from '../clicks/visit.ts';
import { participantKey } from '../ids.ts';

/** What can tell that two users are one person, each as a keyed hash; what is not known is left out. */
export interface Fingerprints {
  readonly ip?: string;
  readonly device?: string;
  readonly payment?: string;
}

/** Kinds of fingerprints of which a program keeps who used them. */
export const fingerprintKinds = ['ip', 'device', 'payment'] as const;

export type FingerprintKind = (typeof fingerprintKinds)[number];

/** What is known of one of the two people of a sign-up. */
export interface Person extends Fingerprints {
  readonly userId: string;
  /** As uses name them. */
  readonly name: string;
  /** Keyed hash of the normalised e-mail address. */
  readonly email?: string;
  /** Keyed hash of the domain of the address, unless everybody can have an address there. */
  readonly companyDomain?: string;
  /** Keyed hash of the user agent. Many people have the same one: it tells browsers apart, and nobody by itself. */
  readonly agent?: string;
}

/** The two people of a sign-up, or of what came after it. */
export interface People {
  readonly referrer: Person;
  readonly referee: Person;
}

/** The name of a user in uses: short, and only good to tell users of a program apart. */
export function personName(programId: string, userId: string): string {
  return participantKey(programId, userId).slice(0, 12);
}

/** A sign-up that used a fingerprint. */
export interface Use {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Names of the two, as {@link personName} makes them. */
  readonly user: string;
  readonly referrer: string;
}

/** A sign-up that a referrer brought. */
export interface Brought {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly code: string;
}

/** As many of the latest uses of a fingerprint, and of the latest sign-ups of a referrer, are kept: within a kilobyte. */
export const keptUses = 20;

/** All that the fraud rules look at. Nothing of it can be turned back into an address. */
export interface Signals extends People {
  /** When the sign-up came, milliseconds since 1970. */
  readonly now: number;
  /** Whether the referee's address is one of those that are thrown away. */
  readonly isDisposable: boolean;
  /** Who sent the sign-up's own request, as its user agent says; absent where none is known. */
  readonly sentBy?: VisitKind;
  readonly code: string;
  readonly click?: {
    readonly at: number;
    readonly kind: VisitKind;
    readonly referrerHost?: string;
    readonly adNetwork?: AdNetwork;
    readonly asn?: number;
  };
  /** Whether the browser saw the page to which the click led, as its sign-up says. */
  readonly landed?: boolean;
  /** Everybody above the referrer, as far as a circle could close. */
  readonly uplineIds: readonly string[];
  /** Earlier sign-ups that used the referee's fingerprints, oldest first, at most {@link keptUses}. */
  readonly uses: Readonly<Record<FingerprintKind, readonly Use[]>>;
  /** Earlier sign-ups that the referrer brought, oldest first, at most {@link keptUses}. */
  readonly brought: readonly Brought[];
}
