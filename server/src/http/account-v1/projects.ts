import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { UNLIMITED } from '../../lib/limits.ts';
import { asInteger, isObject, type Json, type JsonObject } from '../../lib/text/json.ts';
import {
  type Anew,
  APPLICATION_ACTIONS,
  type ApplicationAction,
} from '../../projects/applications/applications.ts';
import { PROJECT_ACTIONS, type ProjectAction } from '../../projects/control/project-control.ts';
import type { ProjectView } from '../../projects/projects.ts';
import { sendEmpty, sendJson } from '../cloudfault/answer.ts';
import { badRequest } from '../cloudfault/fault.ts';
import { jsonObjectBody } from '../cloudfault/json-body.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { readAction, reasonOf } from './action-body.ts';
import { type Generation, isOlderUser, noteUser } from './generation.ts';
import { pageParameters } from './page-parameters.ts';
import { readFirstHalf, readSecondHalf } from './project-body.ts';
import { type ProjectCall, projectEndpoints } from './project-call.ts';
import { readProjectFilters } from './project-filters.ts';
import { presentProject, visibleNames } from './project-presenters.ts';
import { type ProjectReference, projectReference, uuidOf } from './project-reference.ts';
import { type Listing, sendList, sendPage } from './sending-lists.ts';

/** The project in a path: not empty, and not the name of another list, for any method. */
const PROJECT = ':project(^(?!(?:memberships|apps)$).+$)';

/** Projects (projects §1 and §2), in the forms of both generations. */
export function projectRoutes(domain: Domain): RouteTable {
  const endpoint = projectEndpoints(domain);
  return [
    { path: '/projects', methods: { GET: endpoint('project', list), POST: endpoint('own', create) } },
    {
      path: `/projects/${PROJECT}`,
      methods: {
        GET: endpoint('project', show),
        PUT: endpoint('project', modify),
        POST: endpoint('project', modifyAsBefore),
      },
    },
    { path: `/projects/${PROJECT}/action`, methods: { POST: endpoint('own', act) } },
  ];
}

async function list({ domain, by, request, reply }: ProjectCall): Promise<FastifyReply> {
  const { query, older, form } = await readProjectFilters(request, reply, isOlderUser(domain, request));
  const page = pageParameters(request);
  const showing = { visible: await visibleNames(domain.resources), older };
  const listing: Listing<ProjectView> = {
    read: (window) => domain.projects.list(by, { ...query, ...window }),
    idOf: ({ project }) => project.id,
    present: (view) => presentProject(view, by.uuid, showing),
  };
  if (form !== undefined) await noteUser(domain, request, form);
  if (page === undefined) return sendList(reply, listing);
  const after = page.marker === undefined ? undefined : await idOfMarker(domain, page.marker);
  return sendPage(reply, listing, { size: page.size, after }, ({ project }) => project.uuid);
}

/** Clients see only uuids; lists continue after a number. */
async function idOfMarker({ projects }: Domain, marker: string): Promise<number> {
  try {
    return (await projects.get(marker)).id;
  } catch (error) {
    if (!(error instanceof PurserError && error.code === 'project_not_found')) throw error;
    throw badRequest('marker should be the id of a project.');
  }
}

async function show({ domain, by, request, reply }: ProjectCall): Promise<FastifyReply> {
  const view = await domain.projects.view(by, projectInPath(request));
  const showing = { visible: await visibleNames(domain.resources), older: isOlderUser(domain, request) };
  return sendJson(reply, presentProject(view, by.uuid, showing));
}

async function create({ domain, by, request, reply }: ProjectCall): Promise<FastifyReply> {
  const { applications, accounts, resources, clock } = domain;
  const body = jsonObjectBody(request);
  const { fields, comments } = await readFirstHalf(body, { creates: true }, accounts);
  const visible = await visibleNames(resources);
  const context = { now_ms: clock.now(), maxMembers: UNLIMITED, ...fields };
  const { name, endDate, ...rest } = readSecondHalf(body, visible, context);
  if (name === undefined || endDate === undefined) throw badRequest('name and end_date are missing.');
  const { project, application } = await applications.apply(
    by,
    { ...fields, ...rest, name, endDate },
    comments,
  );
  return sendJson(reply, { id: project, application }, 201);
}

function modify(call: ProjectCall): Promise<FastifyReply> {
  return applyForChanges(call, jsonObjectBody(call.request), { anew: 'none', form: 'b' });
}

/** The properties that a body of the older generation must have; a body with all of them is of that generation. */
const OLDER_FORM = ['name', 'end_date', 'max_members'];

/**
 * The older form: a project that was never approved can be applied for again. Clients between the generations send
 * only changes, as PUT means in the newer one.
 */
function modifyAsBefore(call: ProjectCall): Promise<FastifyReply> {
  const body = jsonObjectBody(call.request);
  const whole = OLDER_FORM.every((key) => Object.hasOwn(body, key));
  return applyForChanges(call, body, whole ? { anew: 'any', form: 'a' } : { anew: 'none' });
}

async function applyForChanges(
  { domain, by, request, reply }: ProjectCall,
  body: JsonObject,
  { anew, form }: { anew: Anew; form?: Generation },
): Promise<FastifyReply> {
  const { applications, accounts, resources, clock } = domain;
  const reference = projectInPath(request);
  const { fields, comments } = await readFirstHalf(body, { creates: false }, accounts);
  const { maxMembers } = await applications.checkModifiable(by, reference, { anew });
  const visible = await visibleNames(resources);
  const rest = readSecondHalf(body, visible, { now_ms: clock.now(), maxMembers, ...fields });
  const changes = { ...fields, ...rest };
  const { project, application } = await applications.modify(by, reference, changes, comments, {
    anew,
    // On this wire a new application states all values.
    pending: 'replace',
  });
  if (form !== undefined) await noteUser(domain, request, form);
  return sendJson(reply, { id: project, application }, 201);
}

const ACTIONS: readonly (ProjectAction | ApplicationAction)[] = [...PROJECT_ACTIONS, ...APPLICATION_ACTIONS];

async function act({ domain, by, request, reply }: ProjectCall): Promise<FastifyReply> {
  const reference = projectInPath(request);
  const { action, value } = readAction(jsonObjectBody(request), ACTIONS);
  const reason = reasonOf(value);
  if (isForProjects(action)) {
    await domain.projectControl.act(by, reference, action, reason);
  } else {
    await domain.applications.decide(by, applicationIn(value), action, {
      project: (await uuidOf(domain, by, reference)) ?? String(reference),
      ...(reason !== null && { reason }),
    });
  }
  return sendEmpty(request, reply);
}

function isForProjects(action: ProjectAction | ApplicationAction): action is ProjectAction {
  return (PROJECT_ACTIONS as readonly string[]).includes(action);
}

/** The application that an action is meant for, so that a caller cannot decide on a newer one by accident. */
function applicationIn(value: Json): number {
  const given = isObject(value) ? value['app_id'] : undefined;
  // Some clients send the text of a command line argument.
  const numeric = typeof given === 'string' && /^[0-9]{1,19}$/.test(given);
  const application = numeric ? BigInt(given) : asInteger(given);
  if (application === undefined) throw badRequest('app_id should be the id of an application.');
  const id = Number(application);
  if (!Number.isSafeInteger(id)) throw new PurserError('application_not_found', { application });
  return id;
}

function projectInPath(request: FastifyRequest): ProjectReference {
  return projectReference((request.params as { project: string }).project);
}
