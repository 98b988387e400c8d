import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Component } from '../../catalog/components.ts';
import { isReferredTo } from '../../directory/accounts/account-lookup.ts';
import { actingProject, type Principal } from '../../directory/tokens/principal.ts';
import { bearerOf, decide, type Requirement, reachOf, type Verdict } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';

/** Who was let in: a user, or a component. */
export interface Admission {
  readonly principal?: Principal;
  readonly component?: Component;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before any handler of a route that is not public. */
    admission: Admission | undefined;
  }
  interface FastifyContextConfig {
    /** What the route requires of the caller. A server with a route that declares nothing does not start. */
    requires?: Requirement;
    /** Whether whole tokens of projects carry roles on the whole cloud there. */
    scoped?: boolean;
  }
}

/** How a dialect knows callers, and in which words it refuses them. */
export interface Dialect {
  readonly secretOf: (request: FastifyRequest) => string | undefined;
  /** Whether a whole token of a project carries roles on the whole cloud. */
  readonly scoped?: boolean;
  /** Whether users are told that a route is for components; otherwise their tokens are just not known there. */
  readonly tellsUsers?: boolean;
  /**
   * Its own words for a refusal; undefined: the usual ones.
   * @param principal who is refused, where that is known
   */
  readonly refusal?: (
    verdict: Verdict,
    requirement: Requirement,
    principal: Principal | undefined,
  ) => Error | undefined;
}

/** How a request is judged otherwise than others. */
export interface Leniency {
  /** Accounts that are out of use, which the route judges in words of its own. */
  readonly inactive?: boolean;
  /** Terms of service that are not signed. */
  readonly unsigned?: boolean;
  /** The project that the request is about, in the place of the one that the token acts in. */
  readonly within?: string | undefined;
}

type NowOrLater<T> = T | Promise<T>;

/** The one place where it is decided who may call what, for all dialects: before anything of a body is read. */
export class Gatekeeper {
  readonly #tokens: Domain['tokens'];
  readonly #components: Domain['components'];
  readonly #dialect: Dialect;

  get scoped(): boolean {
    return this.#dialect.scoped ?? false;
  }

  constructor({ tokens, components }: Pick<Domain, 'tokens' | 'components'>, dialect: Dialect) {
    this.#tokens = tokens;
    this.#components = components;
    this.#dialect = dialect;
  }

  /** A step before the body is read. Nothing is waited for where the token has been seen before. */
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

  /** Lets the sender of a request in, or throws: errors of tokens, `token_missing`, `forbidden`. */
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
   * Who asks on a public route; undefined if nobody says, or who says it with a narrowed token: that speaks for its
   * person only where a route lets it. Errors of tokens.
   */
  async optionalCaller(request: FastifyRequest): Promise<Principal | undefined> {
    const secret = this.#dialect.secretOf(request);
    if (secret === undefined) return undefined;
    const principal = await this.#tokens.authenticate(secret);
    return reachOf(principal.token) === 'whole' ? principal : undefined;
  }

  #admit(request: FastifyRequest, requirement: Requirement, leniency: Leniency): NowOrLater<Admission> {
    const secret = this.#dialect.secretOf(request);
    if (secret === undefined) throw new PurserError('token_missing');
    const { components, users, operators } = requirement;
    if (!components) return this.#admitUser(request, secret, requirement, leniency);
    if (!users && !operators && !this.#dialect.tellsUsers) return this.#admitComponent(secret);
    const found = this.#components.lookup(secret);
    const next = (component: Component | undefined): NowOrLater<Admission> =>
      component ? this.#admitComponent(secret) : this.#admitUser(request, secret, requirement, leniency);
    return found instanceof Promise ? found.then(next) : next(found);
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
    const judge = (principal: Principal): Admission => {
      const verdict = this.#verdict(principal, requirement, request, leniency.within);
      if (verdict === 'allowed') return { principal };
      const usual = new PurserError(verdict === 'forbidden' ? 'forbidden' : 'token_unknown');
      throw this.#worded(usual, verdict, requirement, principal);
    };
    const found = this.#identify(secret, leniency);
    return found instanceof Promise ? found.then(judge) : judge(found);
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
      // The terms are judged last, so whoever is refused for them has passed everything else.
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

/** The user whom the gatekeeper let in. */
export function principalOf({ admission }: FastifyRequest): Principal {
  if (!admission?.principal) throw new PurserError('token_missing');
  return admission.principal;
}

/** The component that the gatekeeper let in. */
export function componentOf({ admission }: FastifyRequest): Component {
  if (!admission?.component) throw new PurserError('token_missing');
  return admission.component;
}

/** Whether the path names the user: by uuid, number or user name. */
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
