import type { FastifyReply, FastifyRequest } from 'fastify';
import { personAs } from '../../audit/actor.ts';
import type { Domain } from '../../domain.ts';
import { publicUrl } from '../../lib/text/public-address.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { formPage } from './form-page.ts';
import { addressOf, link, type PageContent, paragraph } from './frame.ts';
import { type Outcome, pageAt, type Visit } from './page-route.ts';
import { programTarget } from './program-target.ts';
import { endSession } from './sign-in/end-session.ts';

/** Tokens that a program can have at the same time; a new one takes the place of the oldest. */
const TOKENS_PER_PROGRAM = 5;

/**
 * Hands a token to a program that opened a browser (web §5). The person is asked first: otherwise any page could make a
 * signed-in browser hand a token to the program that is registered for a scheme.
 */
export function webloginPages(domain: Domain): RouteTable {
  const ask = async (visit: Visit): Promise<Outcome> => {
    const { query, visitor, words, request } = visit;
    const target = programTarget(query.get('next'), domain.settings.webloginTargets);
    if (!target) return refused(visit);
    const here = publicUrl(domain.settings.baseUrl, withoutForce(request.url));
    const signIn = { redirect: `/ui/login?next=${encodeURIComponent(here)}` };
    if (query.get('force') === '') {
      await endSession(domain, visit);
      return signIn;
    }
    const { principal } = visitor;
    if (!principal) return signIn;
    if (principal.termsPending) {
      return { redirect: `/ui/approval_terms?next=${encodeURIComponent(here)}` };
    }
    const { weblogin } = words;
    const page = formPage(
      {
        title: weblogin.title(target.program),
        texts: [weblogin.text(target.program), weblogin.asUser(principal.account.username), weblogin.warning],
        form: {
          action: addressOf(domain, '/weblogin/authorize'),
          fields: [],
          hidden: { next: target.url.href },
          button: weblogin.button,
        },
        links: [link(domain, '/ui/landing', weblogin.cancel)],
      },
      words,
    );
    return { ...page, formTargets: [target.source] };
  };
  return [
    ...pageAt(domain, ['/weblogin'], { show: () => ({ redirect: '/ui/' }) }),
    ...pageAt(domain, ['/weblogin/login', '/login'], { show: ask }).map(({ path, methods }) => ({
      path,
      methods: Object.fromEntries(
        Object.entries(methods).map(([method, endpoint]) => [
          method,
          { ...endpoint, handler: withoutNext(endpoint.handler) },
        ]),
      ),
    })),
    ...pageAt(domain, ['/weblogin/authorize'], {
      show: () => ({ redirect: '/ui/' }),
      submit: async (visit, entries) => {
        const { principal } = visit.visitor;
        const target = programTarget(entries.get('next'), domain.settings.webloginTargets);
        if (!target) return refused(visit);
        if (!principal || principal.termsPending) return { redirect: '/ui/login' };
        const { uuid } = principal.account;
        const { secret } = await domain.tokens.issue(
          uuid,
          { name: `weblogin ${target.program}`, mostOfName: TOKENS_PER_PROGRAM },
          { by: personAs(principal.account, visit.request.ip), caller: principal },
        );
        // The parameters of the older clients; whatever else the address had in its query is dropped, as it was there.
        const to = new URL(target.url);
        to.search = String(new URLSearchParams({ uuid, token: secret }));
        return { redirect: to.href };
      },
    }),
  ];
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown;

/** Programs parse this response, so it is a text, and it comes before everything else (web §5). */
const withoutNext =
  (handler: Handler): Handler =>
  (request, reply) => {
    const { next } = request.query as { next?: unknown };
    return next === undefined || next === ''
      ? reply.code(400).header('content-type', 'text/plain; charset=UTF-8').send('Missing next parameter')
      : handler(request, reply);
  };

function refused({ words }: Visit): PageContent {
  const { notAllowedTitle: title, notAllowed } = words.weblogin;
  return { title, status: 403, alert: true, body: paragraph(notAllowed) };
}

function withoutForce(url: string): string {
  const [path = '', search = ''] = url.split('?', 2);
  const query = new URLSearchParams(search);
  query.delete('force');
  return `${path}?${query}`;
}
