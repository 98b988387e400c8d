import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../directory/tokens/principal.ts';
import type { Domain } from '../../domain.ts';
import { sessionSecretOf } from '../kernel/session-cookie.ts';
import type { Words } from './words/en.ts';
import { chosenLanguage, type Language, languageOf, wordsIn } from './words/language.ts';

/** The person at a page. */
export interface Visitor {
  readonly language: Language;
  readonly words: Words;
  /** The bearer of the session; undefined if there is none. */
  readonly principal: Principal | undefined;
  /** A language that the visitor has chosen with this request. */
  readonly chosen: Language | undefined;
}

const visitors = new WeakMap<FastifyRequest, Promise<Visitor>>();

/** Who visits a page, and in which language; read once for each request. */
export function visitorOf(domain: Domain, request: FastifyRequest): Promise<Visitor> {
  let visitor = visitors.get(request);
  if (!visitor) {
    visitor = read(domain, request);
    visitors.set(request, visitor);
  }
  return visitor;
}

/** The visitor as far as it is known without the database, for pages about errors. */
export function strangerOf(request: FastifyRequest): Visitor {
  return toVisitor(request, undefined);
}

async function read(domain: Domain, request: FastifyRequest): Promise<Visitor> {
  const secret = sessionSecretOf(request);
  return toVisitor(request, secret === undefined ? undefined : await domain.sessions.bearerOf(secret));
}

function toVisitor(request: FastifyRequest, principal: Principal | undefined): Visitor {
  const language = languageOf(request);
  return { language, words: wordsIn(language), principal, chosen: chosenLanguage(request) };
}
