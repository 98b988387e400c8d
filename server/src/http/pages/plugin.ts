import type { FastifyPluginAsync } from 'fastify';
import type { Domain } from '../../domain.ts';
import { Gatekeeper } from '../kernel/admission.ts';
import { rawBodies } from '../kernel/body.ts';
import { answerWrongMethods, mount, type NotAllowed } from '../kernel/routes.ts';
import { emailPage } from './account/email-page.ts';
import { passwordPages } from './account/password-pages.ts';
import { profilePage } from './account/profile-page.ts';
import { termsPage } from './account/terms-page.ts';
import { firstRunPage } from './first-run-page.ts';
import { sendTo } from './frame.ts';
import { landingPage } from './landing-page.ts';
import { answerWithPage, PageRefusal } from './refusals.ts';
import { signInPages } from './sign-in/sign-in-pages.ts';
import { signOutPage } from './sign-in/sign-out-page.ts';
import { signUpPages } from './sign-up/sign-up-pages.ts';
import { tokenPageRoutes } from './token-page.ts';
import { strangerOf } from './visitor.ts';
import { webloginPages } from './weblogin-pages.ts';

/** Pages that are reached from mails and other programs, without scripts. Mounted without a prefix, on a server of its own. */
export function pages(domain: Domain): FastifyPluginAsync {
  return async (app) => {
    const answer = answerWithPage(domain);
    app.setErrorHandler(answer);
    app.setNotFoundHandler((request, reply) => answer(new PageRefusal('not_found'), request, reply));
    answerWrongMethods(app);
    rawBodies(app);
    // Pages know their visitors by sessions; tokens of accounts are ignored.
    const gatekeeper = new Gatekeeper(domain, { secretOf: () => undefined });
    const notAllowed: NotAllowed = (request, reply, allow) => {
      reply.header('allow', allow);
      const title = 'This page does not support the request';
      const visitor = strangerOf(request);
      return sendTo(
        domain,
        { request, reply, visitor },
        { status: 405, title, alert: true, body: '<p>Nothing was changed.</p>' },
      );
    };
    const routes = [
      ...tokenPageRoutes(domain),
      ...signInPages(domain),
      ...signUpPages(domain),
      ...signOutPage(domain),
      ...landingPage(domain),
      ...profilePage(domain),
      ...passwordPages(domain),
      ...emailPage(domain),
      ...termsPage(domain),
      ...webloginPages(domain),
      ...firstRunPage(domain),
    ];
    mount(app, routes, { gatekeeper, notAllowed });
  };
}
