import { Terms, TermsCreation, TermsPath, TermsSummary } from '@purser/api/native/accounts/terms';
import { User } from '@purser/api/native/accounts/user';
import { PageQuery, page } from '@purser/api/native/common';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { callerOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { pageFrom } from '../frame/paging.ts';
import { presentTerms, presentTermsSummary, presentUser } from '../frame/presenters.ts';

const tag = 'Terms of service';

const list = operation(
  {
    id: 'listTerms',
    tag,
    access: 'operator',
    summary: 'List the versions of the terms of service',
    answers: { 200: page(named(TermsSummary), 'terms') },
  },
  { querystring: PageQuery },
);

const create = operation(
  {
    id: 'addTerms',
    tag,
    access: 'operator',
    summary: 'Publish new terms of service',
    description: 'Each user must accept them before using a token again.',
    answers: { 201: named(Terms) },
  },
  { body: TermsCreation },
);

const current = operation(
  {
    id: 'getCurrentTerms',
    tag,
    access: 'public',
    summary: 'Show the terms of service in force',
    problems: [404],
    answers: { 200: named(Terms) },
  },
  {},
);

const show = operation(
  {
    id: 'getTerms',
    tag,
    access: 'operator',
    summary: 'Show a version of the terms of service',
    problems: [404],
    answers: { 200: named(Terms) },
  },
  { params: TermsPath },
);

const sign = operation(
  {
    id: 'signTerms',
    tag,
    access: 'account',
    unsigned: true,
    summary: 'Accept the terms of service in force',
    answers: { 200: named(User) },
  },
  {},
);

/** The terms of service and their acceptance by users. */
export function termsRoutes(app: NativeApp, { accounts, terms }: Domain): void {
  app.get('/terms', list, ({ query }) =>
    pageFrom(query, (window) => terms.list(window), presentTermsSummary),
  );

  app.post('/terms', create, async ({ body }, reply) => {
    reply.code(201);
    return presentTerms(await terms.add(body.text));
  });

  app.get('/terms/current', current, async () => {
    const found = await terms.current();
    if (!found) throw new PurserError('terms_not_found');
    return presentTerms(found);
  });

  app.get('/terms/:terms', show, async ({ params }) => presentTerms(await terms.get(params.terms)));

  app.post('/terms/sign', sign, async (request) =>
    presentUser(await accounts.signTerms(callerOf(request).account.uuid)),
  );
}
