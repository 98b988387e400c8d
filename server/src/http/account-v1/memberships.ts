import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { isObject, type Json } from '../../lib/text/json.ts';
import { MEMBERSHIP_ACTIONS } from '../../projects/memberships/membership-rules.ts';
import type { MembershipView } from '../../projects/memberships/memberships.ts';
import { MEMBERSHIP_STATES, type MembershipState } from '../../projects/vocabulary.ts';
import { sendEmpty, sendJson } from '../cloudfault/answer.ts';
import { badRequest, Refusal } from '../cloudfault/fault.ts';
import { jsonObjectBody } from '../cloudfault/json-body.ts';
import { lastValue } from '../kernel/bearer.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { readAction } from './action-body.ts';
import { numberOfMarker, pageParameters } from './page-parameters.ts';
import { numberInPath, type ProjectCall, projectEndpoints } from './project-call.ts';
import { presentMembership } from './project-presenters.ts';
import { projectFilter, projectInBody } from './project-reference.ts';
import { type Listing, sendList, sendPage } from './sending-lists.ts';

/** Memberships of projects (projects §4). */
export function membershipRoutes(domain: Domain): RouteTable {
  const endpoint = projectEndpoints(domain);
  return [
    {
      path: '/projects/memberships',
      methods: { GET: endpoint('project', list), POST: endpoint('project', enter) },
    },
    { path: '/projects/memberships/:membership(^\\d+$)', methods: { GET: endpoint('project', show) } },
    { path: '/projects/memberships/:membership(^\\d+$)/action', methods: { POST: endpoint('project', act) } },
  ];
}

async function list({ domain, by, request, reply }: ProjectCall): Promise<FastifyReply> {
  const states = statesAsked(request);
  const user = lastValue((request.query as Record<string, unknown>)['user']);
  const project = await projectFilter(request, reply);
  const page = pageParameters(request);
  const after = numberOfMarker(page);
  const filter = { ...project, ...(user !== undefined && { user }), ...(states && { states }) };
  const listing: Listing<MembershipView> = {
    read: (window) => domain.memberships.list(by, { ...filter, ...window }),
    idOf: ({ membership }) => membership.id,
    present: presentMembership,
  };
  if (page === undefined) return sendList(reply, listing);
  return sendPage(reply, listing, { size: page.size, after }, ({ membership }) => String(membership.id));
}

/** `state` of the query, an extension of Purser: one state, or several separated by commas. */
function statesAsked(request: FastifyRequest): MembershipState[] | undefined {
  const text = lastValue((request.query as Record<string, unknown>)['state']);
  return text?.split(',').map((word) => {
    const state = MEMBERSHIP_STATES.find((known) => known === word);
    if (state === undefined) throw badRequest(`state should be one of ${MEMBERSHIP_STATES.join(', ')}.`);
    return state;
  });
}

/** Joins a project, or enrols a user in one. */
async function enter({ domain, by, request, reply }: ProjectCall): Promise<FastifyReply> {
  const { memberships } = domain;
  const { action, value } = readAction(jsonObjectBody(request), ['join', 'enroll']);
  if (!isObject(value)) throw badRequest(`${action} should be a JSON dict.`);
  const project = projectInBody(value['project']);
  if (action === 'join') return sendJson(reply, { id: (await memberships.join(by, project)).id });
  const { user } = value;
  if (typeof user !== 'string') throw badRequest('user should be the e-mail address of a user.');
  const { id } = await memberships.enroll(by, project, { name: user }).catch(missingIsConflict);
  return sendJson(reply, { id });
}

/** On this wire, an unknown project or user in an enrolment is a conflict (projects §4.3). */
function missingIsConflict(error: unknown): never {
  if (error instanceof PurserError && error.kind === 'not_found') {
    throw new Refusal('conflict', error.message);
  }
  throw error;
}

async function show({ domain, by, request, reply }: ProjectCall): Promise<FastifyReply> {
  const id = numberInPath(request, 'membership');
  return sendJson(reply, presentMembership(await domain.memberships.view(by, id)));
}

async function act({ domain, by, request, reply }: ProjectCall): Promise<FastifyReply> {
  const { action, value } = readAction(jsonObjectBody(request), MEMBERSHIP_ACTIONS);
  await domain.memberships.act(by, numberInPath(request, 'membership'), action, reasonIn(value));
  return sendEmpty(request, reply);
}

/** Accepts a value of any kind; without a text in it there is no reason. */
function reasonIn(value: Json): string | null {
  const reason = isObject(value) ? value['reason'] : value;
  return typeof reason === 'string' && reason !== '' ? reason : null;
}
