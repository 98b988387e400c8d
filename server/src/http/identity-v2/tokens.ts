import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CatalogEntry } from '../../catalog/service-catalog.ts';
import { isReferredTo } from '../../directory/accounts/account-lookup.ts';
import { PasswordLogin } from '../../directory/logins/password-login.ts';
import type { Account, Principal } from '../../directory/tokens/principal.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { parseInput } from '../../lib/text/json.ts';
import { sendJsonText, sendXmlText } from '../cloudfault/answer.ts';
import { badRequest, Refusal } from '../cloudfault/fault.ts';
import { requireJsonType, textBody } from '../cloudfault/json-body.ts';
import { wantsXml } from '../cloudfault/negotiation.ts';
import { type NowOrLater, whenKnown } from '../cloudfault/now-or-later.ts';
import { bodyBytes } from '../kernel/body.ts';
import type { Endpoint } from '../kernel/routes.ts';
import type { AccessFacts, AccessFactsOf } from './access-facts.ts';
import { accessJson, publicAccessJson } from './access-json.ts';
import { accessXml, publicAccessXml } from './access-xml.ts';
import { type Credentials, readCredentials } from './credentials.ts';

/** A caller, and the token in the response. */
interface Identified {
  readonly principal: Principal;
  readonly secret: string;
}

/**
 * POST tokens: the owner of a token and the catalog (identity-v2 §2). Services make this call for each of their own
 * requests, so a token that was seen before is answered synchronously.
 */
export function tokensEndpoint(domain: Domain, factsOf: AccessFactsOf): Endpoint {
  const identify = identification(domain);
  const catalog = domain.serviceCatalog;
  return {
    requires: 'public',
    handler: (request, reply) => {
      if (bodyBytes(request).length === 0) {
        return whenKnown(catalog.entries(), (entries) => sendPublic(request, reply, entries));
      }
      const credentials = readCredentials(readJson(request));
      return whenKnown(identify(credentials, request), ({ principal, secret }) => {
        refuseOtherTenant(credentials.tenantName, principal.account);
        return whenKnown(factsOf.get(principal), (facts) =>
          whenKnown(catalog.entries(), (entries) => sendAccess(request, reply, secret, facts, entries)),
        );
      });
    },
  };
}

function readJson(request: FastifyRequest): unknown {
  requireJsonType(request);
  const text = textBody(request);
  try {
    return parseInput(text);
  } catch {
    throw badRequest('Could not decode request body as JSON');
  }
}

function identification(
  domain: Domain,
): (credentials: Credentials, request: FastifyRequest) => NowOrLater<Identified> {
  const passwords = new PasswordLogin(domain);
  return ({ secret, username, tenantName }, request) => {
    const principal = lookUp(domain, secret);
    if (username === undefined) {
      return whenKnown(principal, (known) => ({ principal: known ?? refuse('Invalid token'), secret }));
    }
    return whenKnown(principal, (known): NowOrLater<Identified> => {
      if (!known) {
        const login = { username, password: secret, address: request.ip };
        return logIn(passwords, login, (account) => refuseOtherTenant(tenantName, account));
      }
      if (!isReferredTo(known.account, username)) refuse('Invalid credentials');
      return { principal: known, secret };
    });
  };
}

/** The owner of a token, in good standing; undefined if no account has the token. */
function lookUp({ tokens }: Domain, secret: string): NowOrLater<Principal | undefined> {
  try {
    const principal = tokens.authenticate(secret);
    return principal instanceof Promise ? principal.catch(undefinedIfUnknown) : principal;
  } catch (error) {
    return undefinedIfUnknown(error);
  }
}

function undefinedIfUnknown(error: unknown): undefined {
  if (!(error instanceof PurserError && error.code === 'token_unknown')) throw error;
}

async function logIn(
  passwords: PasswordLogin,
  { username, password, address }: Readonly<Record<'username' | 'password' | 'address', string>>,
  judge: (account: Account) => void,
): Promise<Identified> {
  return (await passwords.login(username, password, address, judge)) ?? refuse('Invalid token');
}

function refuse(message: string): never {
  throw new Refusal('unauthenticated', message);
}

/** Callers can name only their own tenant; an empty or false value names none (identity-v2 §2.1). */
function refuseOtherTenant(tenantName: unknown, { uuid }: Account): void {
  if (!tenantName || tenantName === uuid) return;
  throw badRequest('Not conforming tenantName');
}

function sendPublic(request: FastifyRequest, reply: FastifyReply, catalog: CatalogEntry[]): void {
  if (wantsXml(request)) sendXmlText(reply, publicAccessXml(catalog));
  else sendJsonText(reply, publicAccessJson(catalog));
}

function sendAccess(
  request: FastifyRequest,
  reply: FastifyReply,
  secret: string,
  facts: AccessFacts,
  catalog: CatalogEntry[],
): void {
  if (wantsXml(request)) sendXmlText(reply, accessXml(secret, facts, catalog));
  else sendJsonText(reply, accessJson(secret, facts, catalog));
}
