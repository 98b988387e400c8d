import { page } from '@purser/api/native/common';
import {
  Application,
  ApplicationAction,
  ApplicationDetails,
  ApplicationPath,
  ApplicationQuery,
} from '@purser/api/native/projects/application';
import type { Domain } from '../../../domain.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import { APPLICATION_STATES } from '../../../projects/vocabulary.ts';
import { actorOf } from '../frame/access.ts';
import { filterUser } from '../frame/named-user.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { pageFrom } from '../frame/paging.ts';
import { wordsOf } from '../frame/words.ts';
import { applicationsFor, lookUpApplications } from './project-lookup.ts';
import { presentApplication, presentPreview } from './project-presenters.ts';

const tag = 'Applications';

const list = operation(
  {
    id: 'listApplications',
    tag,
    access: 'project',
    summary: 'List project applications',
    description: 'Users get their own applications and those for their projects; operators all.',
    problems: [403, 404],
    answers: { 200: page(named(Application), 'applications') },
  },
  { querystring: ApplicationQuery },
);

const show = operation(
  {
    id: 'getApplication',
    tag,
    access: 'project',
    summary: 'Show a project application and its effect on limits',
    description: 'Allowed for the applicant, the owner of the project, and operators.',
    problems: [403, 404],
    answers: { 200: named(ApplicationDetails) },
  },
  { params: ApplicationPath },
);

const act = operation(
  {
    id: 'actOnApplication',
    tag,
    access: 'own',
    rehearsable: true,
    summary: 'Approve, deny, cancel or dismiss a project application',
    description: 'Only the newest application of a project can change state.',
    problems: [403, 404, 409],
    answers: { 200: named(Application) },
  },
  { params: ApplicationPath, body: ApplicationAction },
);

/** Project applications. */
export function applicationRoutes(app: NativeApp, domain: Domain): void {
  const { applications } = domain;

  app.get('/applications', list, async (request) => {
    const { state, project, applicant, owner, ...window } = request.query;
    const filters = omitUndefined({
      states: wordsOf('state', state, APPLICATION_STATES),
      project,
      applicant: await filterUser(domain, applicant),
      owner: await filterUser(domain, owner),
    });
    const read = (part: { limit: number; after?: number }) =>
      applications.list(actorOf(request), { ...filters, ...part });
    const found = await pageFrom(window, read, (application) => application);
    return { ...found, items: await applicationsFor(request, domain, found.items) };
  });

  app.get('/applications/:application', show, async (request) => {
    const id = request.params.application;
    const application = await applications.get(actorOf(request), id);
    const lookup = await lookUpApplications(request, domain, [application]);
    const preview = presentPreview(await applications.preview(actorOf(request), id), lookup);
    return { ...presentApplication(application, lookup), preview };
  });

  app.post('/applications/:application/action', act, async (request) => {
    const { action, reason } = request.body;
    const id = request.params.application;
    const acted = await applications.decide(actorOf(request), id, action, { reason });
    return (await applicationsFor(request, domain, [acted]))[0];
  });
}
