import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Domain } from '../../domain.ts';
import type { Endpoint, RouteEntry } from '../kernel/routes.ts';
import { entriesOf, ownFormsOnly } from './forms/read-form.ts';
import { addressOf, type PageContent, sendTo } from './frame.ts';
import { type Visitor, visitorOf } from './visitor.ts';
import type { Words } from './words/en.ts';

/** A visit of a page. */
export interface Visit {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly visitor: Visitor;
  readonly words: Words;
  /** The parameters of the address; the last value of each. */
  readonly query: URLSearchParams;
}

/** What a visit leads to: a page, or another address: a path of this service, or a full one. */
export type Outcome = PageContent | { readonly redirect: string };

interface Handlers {
  show(visit: Visit): Promise<Outcome> | Outcome;
  /** Receives the form of the page. */
  submit?(visit: Visit, entries: URLSearchParams): Promise<Outcome>;
}

/** A page at these paths, for all visitors; its handlers decide by the visitor's session. */
export function pageAt(domain: Domain, paths: readonly string[], { show, submit }: Handlers): RouteEntry[] {
  const visitOf = async (request: FastifyRequest, reply: FastifyReply): Promise<Visit> => {
    const visitor = await visitorOf(domain, request);
    const query = new URLSearchParams(request.url.split('?', 2)[1] ?? '');
    return { request, reply, visitor, words: visitor.words, query };
  };
  const answer = (visit: Visit, outcome: Outcome): FastifyReply =>
    'redirect' in outcome
      ? visit.reply.header('cache-control', 'no-store').redirect(
          outcome.redirect.startsWith('/') ? addressOf(domain, outcome.redirect) : outcome.redirect,
          // The next request is a GET, whatever this one was.
          visit.request.method === 'POST' ? 303 : 302,
        )
      : sendTo(domain, visit, outcome);
  const shown: Endpoint = {
    requires: 'public',
    handler: async (request, reply) => {
      const visit = await visitOf(request, reply);
      return answer(visit, await show(visit));
    },
  };
  const submitted: Endpoint | undefined = submit && {
    requires: 'public',
    before: [ownFormsOnly(domain.settings.baseUrl)],
    handler: async (request, reply) => {
      const entries = entriesOf(request);
      const visit = await visitOf(request, reply);
      return answer(visit, await submit(visit, entries));
    },
  };
  return paths.map((path) => ({
    path,
    methods: { GET: shown, HEAD: shown, ...(submitted && { POST: submitted }) },
  }));
}

/** The address of the sign-in page that leads back to the page of this visit. */
export function signInFor({ request }: Visit): { redirect: string } {
  return { redirect: `/ui/login?next=${encodeURIComponent(request.url)}` };
}
