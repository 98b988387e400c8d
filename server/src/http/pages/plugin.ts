import type { FastifyPluginAsync } from 'fastify';
import type { Domain } from '../../domain.ts';
import { Gatekeeper } from '../kernel/admission.ts';
import { rawBodies } from '../kernel/body.ts';
import { sendPage } from '../kernel/html-page.ts';
import { answerWrongMethods, mount, type NotAllowed } from '../kernel/routes.ts';
import { answerWithPage, PageRefusal } from './refusals.ts';
import { tokenPageRoutes } from './token-page.ts';

/** Pages for links in mails, without scripts. Mounted at `/ui/token`, on a server of its own. */
export function pages(domain: Domain): FastifyPluginAsync {
  const { serviceName: service } = domain.settings;
  return async (app) => {
    const answer = answerWithPage(service);
    app.setErrorHandler(answer);
    app.setNotFoundHandler((request, reply) => answer(new PageRefusal('not_found'), request, reply));
    answerWrongMethods(app);
    rawBodies(app);
    // Tokens of accounts are ignored.
    const gatekeeper = new Gatekeeper(domain, { secretOf: () => undefined });
    const notAllowed: NotAllowed = (_request, reply, allow) => {
      reply.header('allow', allow);
      const title = 'This page does not support the request';
      return sendPage(reply, 405, { service, title, alert: true, body: '<p>Nothing was changed.</p>' });
    };
    mount(app, tokenPageRoutes(domain), { gatekeeper, notAllowed });
  };
}
