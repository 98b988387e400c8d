import {
  Application,
  ModificationApplication,
  ProjectApplication,
  RenewalApplication,
} from '@purser/api/native/projects/application';
import { ProjectPath } from '@purser/api/native/projects/project';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { publicPath } from '../../../lib/text/public-address.ts';
import { actorOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { timeOrDay } from '../frame/times.ts';
import { changesOf } from './project-changes.ts';
import { applicationsFor } from './project-lookup.ts';

const tag = 'Projects';
const TOO_MANY = 'Conflict with the current state, or the applicant has too many pending applications.';

const apply = operation(
  {
    id: 'applyForProject',
    tag,
    access: 'own',
    summary: 'Apply for a project',
    description:
      'The project exists immediately, and becomes active when an operator approves the application.',
    problems: [409],
    texts: { 409: 'The name is taken, or the applicant has too many pending applications.' },
    answers: { 201: named(Application) },
  },
  { body: ProjectApplication },
);

const modify = operation(
  {
    id: 'applyForModification',
    tag,
    access: 'project',
    summary: 'Apply for a modification of a project',
    description:
      'It replaces a pending application, and keeps the values of that one which it does not state itself; ' +
      '`replaced` in the response describes the replaced application. Allowed for managers of the project.',
    problems: [403, 404, 409],
    texts: { 409: TOO_MANY },
    answers: { 201: named(Application) },
  },
  { params: ProjectPath, body: ModificationApplication },
);

const renew = operation(
  {
    id: 'applyForRenewal',
    tag,
    access: 'project',
    summary: 'Apply for a later end date of a project',
    description:
      'A modification of the end date only. Like every modification, it replaces a pending application and keeps the ' +
      'other values of it. Allowed for managers of the project.',
    problems: [403, 404, 409],
    texts: { 409: TOO_MANY },
    answers: { 201: named(Application) },
  },
  { params: ProjectPath, body: RenewalApplication },
);

/** Applications for a new project or for a modification. */
export function projectApplicationRoutes(app: NativeApp, domain: Domain): void {
  const { applications } = domain;

  const created = async (request: FastifyRequest, reply: FastifyReply, id: number) => {
    const application = await applications.get(actorOf(request), id);
    reply
      .code(201)
      .header('location', publicPath(domain.settings.baseUrl, `${app.prefix}/applications/${id}`));
    return (await applicationsFor(request, domain, [application]))[0];
  };

  app.post('/projects', apply, async (request, reply) => {
    const { comments = '', name, end_date, ...body } = request.body;
    const wanted = { ...(await changesOf(domain, body)), name, endDate: laterTime(end_date, domain) };
    const { application } = await applications.apply(actorOf(request), wanted, comments);
    return created(request, reply, application);
  });

  app.post('/projects/:project/applications', modify, async (request, reply) => {
    const { comments = '', discard_pending, ...body } = request.body;
    const { project } = request.params;
    if (body.end_date !== undefined) laterTime(body.end_date, domain);
    const changes = await changesOf(domain, body);
    const { application } = await applications.modify(actorOf(request), project, changes, comments, {
      pending: discard_pending ? 'replace' : 'merge',
    });
    return created(request, reply, application);
  });

  app.post('/projects/:project/renewal', renew, async (request, reply) => {
    const { end_date, comments = '' } = request.body;
    const until = laterTime(end_date, domain);
    const { application } = await applications.renew(
      actorOf(request),
      request.params.project,
      until,
      comments,
    );
    return created(request, reply, application);
  });
}

/** An end date in the future; an end date in the past is refused. */
function laterTime(end_date: string, { clock }: Domain): number {
  const at_ms = timeOrDay('end_date', end_date);
  if (at_ms > clock.now()) return at_ms;
  throw new PurserError('invalid_field', { field: 'end_date', reason: 'must be in the future' });
}
