/** A token as far as its descent matters. */
export interface TokenLine {
  readonly id: number;
  /** Id of the token that it was made with. */
  readonly madeWith: number | null;
  /** Number of the application credential that logged in for it. */
  readonly credential: number | null;
  /** It was issued in exchange for the token that it was made with, as clients of OpenStack do for each project. */
  readonly exchanged: boolean;
}

/** An application credential as far as its descent matters. */
export interface CredentialLine {
  readonly number: number;
  /** Id of the token that it was made with. */
  readonly madeWith: number | null;
  /** Number of the application credential that it was made with. */
  readonly parent: number | null;
}

/** All credentials of one account. */
export interface Lines {
  readonly tokens: readonly TokenLine[];
  readonly credentials: readonly CredentialLine[];
}

/** Tokens by id, application credentials by number. */
export interface CredentialSet {
  readonly tokens: ReadonlySet<number>;
  readonly credentials: ReadonlySet<number>;
}

/**
 * How a credential ends, which decides what ends with it (decision credential-endings):
 * - `revoked`: it is not trusted any more. All that came of it ends too, directly or through others.
 * - `logged_out`: its bearer has finished. Tokens that it was exchanged for end too, those that were created with it stay.
 * - `expired`: its time is over, or newer logins took its place. What came of it lives until its own end.
 */
export type EndingKind = 'revoked' | 'logged_out' | 'expired';

/** The credentials that end together with these, which are included. */
export function descentOf(
  { tokens, credentials }: Lines,
  roots: CredentialSet,
  kind: EndingKind,
): CredentialSet {
  const ended = { tokens: new Set(roots.tokens), credentials: new Set(roots.credentials) };
  if (kind === 'expired') return ended;
  const revoked = kind === 'revoked';
  const tokenEnded = (id: number | null) => id !== null && ended.tokens.has(id);
  const credentialEnded = (number: number | null) => number !== null && ended.credentials.has(number);
  for (let before = -1; before < ended.tokens.size + ended.credentials.size; ) {
    before = ended.tokens.size + ended.credentials.size;
    for (const { id, madeWith, credential, exchanged } of tokens) {
      if (credentialEnded(credential) || ((revoked || exchanged) && tokenEnded(madeWith)))
        ended.tokens.add(id);
    }
    for (const { number, parent, madeWith } of credentials) {
      if (credentialEnded(parent) || (revoked && tokenEnded(madeWith))) ended.credentials.add(number);
    }
  }
  return ended;
}

/** The nearest maker of a credential that is not among the ended; null if there is none. */
export function survivingMaker(
  { tokens }: Lines,
  ended: CredentialSet,
  madeWith: number | null,
): number | null {
  const makers = new Map(tokens.map((token) => [token.id, token.madeWith]));
  let maker = madeWith;
  while (maker !== null && ended.tokens.has(maker)) maker = makers.get(maker) ?? null;
  return maker;
}
