import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Component } from '../../catalog/components.ts';
import { isReferredTo } from '../../directory/accounts/account-lookup.ts';
import { actingProject, type Principal } from '../../directory/tokens/principal.ts';
import { bearerOf, decide, type Requirement, reachOf, type Verdict } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';

/** The admitted caller: a user or a component. */
export interface Admission {
  readonly principal?: Principal;
  readonly component?: Component;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the handler of any route that is not public. */
    admission: Admission | undefined;
  }
  interface FastifyContextConfig {
    /** What the route requires of the caller. A server with a route that declares nothing does not start. */
    requires?: Requirement;
    /** Whether full-access tokens of projects carry cloud roles on this route. */
    scoped?: boolean;
  }
}

/** How a dialect authenticates callers, and the texts of its refusals. */
export interface Dialect {
  readonly secretOf: (request: FastifyRequest) => string | undefined;
  /** The secret of the session, for a request without a token; a dialect without it knows no sessions. */
  readonly sessionOf?: (request: FastifyRequest) => string | undefined;
  /** Whether a full-access token of a project carries cloud roles. */
  readonly scoped?: boolean;
  /** Whether a user gets 403 on routes for components; otherwise the token of a user is unknown there. */
  readonly tellsUsers?: boolean;
  /**
   * A refusal with the dialect's own text; undefined: the general one.
   * @param principal the refused caller, if known
   */
  readonly refusal?: (
    verdict: Verdict,
    requirement: Requirement,
    principal: Principal | undefined,
  ) => Error | undefined;
}

/** Exceptions from the usual checks of a request. */
export interface Leniency {
  /** Inactive accounts are admitted; the route refuses them with its own text. */
  readonly inactive?: boolean;
  /** Users who have not accepted the terms of service are admitted. */
  readonly unsigned?: boolean;
  /** The project that the request is about, instead of the one that the token acts on. */
  readonly within?: string | undefined;
}

type NowOrLater<T> = T | Promise<T>;

/** Decides for all dialects who may call what, before the body is read. No other code decides it. */
export class Gatekeeper {
  readonly #tokens: Domain['tokens'];
  readonly #components: Domain['components'];
  readonly #sessions: Domain['sessions'];
  readonly #dialect: Dialect;

  get scoped(): boolean {
    return this.#dialect.scoped ?? false;
  }

  constructor(
    { tokens, components, sessions }: Pick<Domain, 'tokens' | 'components' | 'sessions'>,
    dialect: Dialect,
  ) {
    this.#tokens = tokens;
    this.#components = components;
    this.#sessions = sessions;
    this.#dialect = dialect;
  }

  /** A hook before the body is read. Synchronous if the token has been seen before. */
  step(requirement: Requirement, leniency: Leniency = {}): onRequestHookHandler {
    return (request, _reply, done) => {
      const admitted = attempt(() => this.admit(request, requirement, leniency));
      if (admitted instanceof Promise) {
        admitted.then(
          (admission) => {
            request.admission = admission;
            done();
          },
          (error: Error) => done(error),
        );
      } else if (admitted instanceof Error) done(admitted);
      else {
        request.admission = admitted;
        done();
      }
    };
  }

  /** Admits the sender of a request, or throws: errors of tokens, `token_missing`, `forbidden`. */
  admit(request: FastifyRequest, requirement: Requirement, leniency: Leniency = {}): NowOrLater<Admission> {
    const inWords = (error: unknown): never => {
      throw isUnauthenticated(error) ? this.#worded(error, 'unknown', requirement) : error;
    };
    try {
      const admitted = this.#admit(request, requirement, leniency);
      return admitted instanceof Promise ? admitted.catch(inWords) : admitted;
    } catch (error) {
      return inWords(error);
    }
  }

  /**
   * The caller of a public route; undefined without a token, or with a narrowed token, which identifies its user only
   * where a route allows it. Errors of tokens.
   */
  async optionalCaller(request: FastifyRequest): Promise<Principal | undefined> {
    const secret = this.#dialect.secretOf(request);
    if (secret === undefined) return undefined;
    const principal = await this.#tokens.authenticate(secret);
    return reachOf(principal.token) === 'whole' ? principal : undefined;
  }

  #admit(request: FastifyRequest, requirement: Requirement, leniency: Leniency): NowOrLater<Admission> {
    const secret = this.#dialect.secretOf(request);
    if (secret === undefined) return this.#admitSession(request, requirement, leniency);
    const { components, users, operators } = requirement;
    if (!components) return this.#admitUser(request, secret, requirement, leniency);
    if (!users && !operators && !this.#dialect.tellsUsers) return this.#admitComponent(secret);
    const found = this.#components.lookup(secret);
    const next = (component: Component | undefined): NowOrLater<Admission> =>
      component ? this.#admitComponent(secret) : this.#admitUser(request, secret, requirement, leniency);
    return found instanceof Promise ? found.then(next) : next(found);
  }

  #admitSession(
    request: FastifyRequest,
    requirement: Requirement,
    { within, unsigned }: Leniency,
  ): Promise<Admission> {
    const secret = this.#dialect.sessionOf?.(request);
    if (secret === undefined) throw new PurserError('token_missing');
    return this.#sessions
      .authenticate(secret, omitUndefined({ unsigned }))
      .then((principal) => this.#judged(principal, request, requirement, within));
  }

  #admitComponent(secret: string): NowOrLater<Admission> {
    const component = this.#components.authenticate(secret);
    return component instanceof Promise ? component.then((known) => ({ component: known })) : { component };
  }

  #admitUser(
    request: FastifyRequest,
    secret: string,
    requirement: Requirement,
    leniency: Leniency,
  ): NowOrLater<Admission> {
    const judge = (principal: Principal) => this.#judged(principal, request, requirement, leniency.within);
    const found = this.#identify(secret, leniency);
    return found instanceof Promise ? found.then(judge) : judge(found);
  }

  #judged(
    principal: Principal,
    request: FastifyRequest,
    requirement: Requirement,
    within: string | undefined,
  ): Admission {
    const verdict = this.#verdict(principal, requirement, request, within);
    if (verdict === 'allowed') return { principal };
    const usual = new PurserError(verdict === 'forbidden' ? 'forbidden' : 'token_unknown');
    throw this.#worded(usual, verdict, requirement, principal);
  }

  #verdict(
    principal: Principal,
    requirement: Requirement,
    request: FastifyRequest,
    within: string = actingProject(principal),
  ): Verdict {
    const { scoped } = this;
    const self = isNamed(principal, request);
    return decide(requirement, bearerOf(principal, { self, within, scoped }));
  }

  #identify(secret: string, { inactive, unsigned }: Leniency): NowOrLater<Principal> {
    if (!inactive && !unsigned) return this.#tokens.authenticate(secret);
    return this.#identifyLeniently(secret, [
      ...(inactive ? ['account_inactive'] : []),
      // The terms are checked last, so a caller refused because of them has passed all other checks.
      ...(unsigned ? ['terms_unsigned'] : []),
    ]);
  }

  async #identifyLeniently(secret: string, overlooked: readonly string[]): Promise<Principal> {
    try {
      return await this.#tokens.authenticate(secret);
    } catch (error) {
      const passes = error instanceof PurserError && overlooked.includes(error.code);
      const principal = passes ? await this.#tokens.lookup(secret) : undefined;
      if (!principal) throw error;
      return principal;
    }
  }

  #worded(usual: Error, verdict: Verdict, requirement: Requirement, principal?: Principal): Error {
    return this.#dialect.refusal?.(verdict, requirement, principal) ?? usual;
  }
}

function isUnauthenticated(error: unknown): error is PurserError {
  return error instanceof PurserError && error.kind === 'unauthenticated';
}

/** The user that the gatekeeper admitted. */
export function principalOf({ admission }: FastifyRequest): Principal {
  if (!admission?.principal) throw new PurserError('token_missing');
  return admission.principal;
}

/** The component that the gatekeeper admitted. */
export function componentOf({ admission }: FastifyRequest): Component {
  if (!admission?.component) throw new PurserError('token_missing');
  return admission.component;
}

/** Whether the path names the user, by uuid, number or user name. */
function isNamed({ account }: Principal, request: FastifyRequest): boolean {
  const { user = '' } = request.params as { user?: string };
  return isReferredTo(account, user);
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}
