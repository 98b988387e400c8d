import type { FastifyReply } from 'fastify';
import type { Domain } from '../../domain.ts';
import type { Application } from '../../projects/applications/application.ts';
import { APPLICATION_ACTIONS } from '../../projects/applications/applications.ts';
import { sendEmpty, sendJson } from '../cloudfault/answer.ts';
import { jsonObjectBody } from '../cloudfault/json-body.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { readAction, reasonOf } from './action-body.ts';
import { noteUser } from './generation.ts';
import { numberOfMarker, pageParameters } from './page-parameters.ts';
import { numberInPath, type ProjectCall, projectEndpoints } from './project-call.ts';
import { presentApplication, visibleNames } from './project-presenters.ts';
import { projectFilter } from './project-reference.ts';
import { type Listing, sendList, sendPage } from './sending-lists.ts';

/** The calls for applications, which only the older generation has (account-v1 §7.3). */
export function applicationRoutes(domain: Domain): RouteTable {
  const endpoint = projectEndpoints(domain);
  return [
    { path: '/projects/apps', methods: { GET: endpoint('project', list) } },
    { path: '/projects/apps/:application(^\\d+$)', methods: { GET: endpoint('project', show) } },
    { path: '/projects/apps/:application(^\\d+$)/action', methods: { POST: endpoint('own', act) } },
  ];
}

async function list({ domain, by, request, reply }: ProjectCall): Promise<FastifyReply> {
  const filter = await projectFilter(request, reply);
  // Clients between the two generations name a project by its uuid.
  if (typeof filter.project !== 'string') await noteUser(domain, request, 'a');
  const page = pageParameters(request);
  const after = numberOfMarker(page);
  const showing = { visible: await visibleNames(domain.resources) };
  const listing: Listing<Application> = {
    read: (window) => domain.applications.list(by, { ...filter, ...window }),
    idOf: ({ id }) => id,
    present: (application) => presentApplication(application, showing),
  };
  if (page === undefined) return sendList(reply, listing);
  return sendPage(reply, listing, { size: page.size, after }, ({ id }) => String(id));
}

async function show({ domain, by, request, reply }: ProjectCall): Promise<FastifyReply> {
  const application = await domain.applications.get(by, numberInPath(request, 'application'));
  await noteUser(domain, request, 'a');
  return sendJson(reply, presentApplication(application, { visible: await visibleNames(domain.resources) }));
}

async function act({ domain, by, request, reply }: ProjectCall): Promise<FastifyReply> {
  const { action, value } = readAction(jsonObjectBody(request), APPLICATION_ACTIONS);
  const reason = reasonOf(value);
  const application = numberInPath(request, 'application');
  await domain.applications.decide(by, application, action, { ...(reason !== null && { reason }) });
  await noteUser(domain, request, 'a');
  return sendEmpty(request, reply);
}
