import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Domain } from '../../domain.ts';
import type { IssueRequest, Provision } from '../../ledger/commission.ts';
import { asInteger, isObject, type Json, type JsonObject } from '../../lib/json.ts';
import { LIMITS } from '../../lib/limits.ts';
import { sendEmpty, sendJson, sendJsonText } from '../cloudfault/answer.ts';
import { asComponent, componentOf } from '../cloudfault/callers.ts';
import { badRequest, faultOf, Refusal } from '../cloudfault/fault.ts';
import { jsonObjectBody } from '../cloudfault/json-body.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { presentCommission, presentRefusal } from './presenters.ts';

/** Commissions (spec quota-projects 1.3). All calls are for components, which see none but their own. */
export function commissionRoutes(domain: Domain): RouteTable {
  const before = [asComponent(domain)];
  const endpoint = (
    handler: (domain: Domain, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
  ) => ({
    before,
    handler: (request: FastifyRequest, reply: FastifyReply) => handler(domain, request, reply),
  });
  return [
    { path: '/commissions', methods: { GET: endpoint(listPending), POST: endpoint(issue) } },
    { path: '/commissions/action', methods: { POST: endpoint(resolveMany) } },
    { path: '/commissions/:serial(^\\d+$)', methods: { GET: endpoint(show) } },
    { path: '/commissions/:serial(^\\d+$)/action', methods: { POST: endpoint(resolveOne) } },
  ];
}

async function listPending(
  { ledger }: Domain,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  return sendJson(reply, await ledger.pending(componentOf(request).name));
}

async function issue(
  { ledger }: Domain,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const verdict = await ledger.issue(issueRequest(jsonObjectBody(request), componentOf(request).name));
  if (!verdict.ok) throw presentRefusal(verdict.refusal);
  return sendJsonText(reply, `{"serial":${verdict.serial}}`, 201);
}

async function show({ ledger }: Domain, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const serial = serialOfPath(request);
  const commission = serial === undefined ? undefined : await ledger.commission(serial);
  const visible = commission?.state === 'pending' && commission.component === componentOf(request).name;
  return visible ? sendJson(reply, presentCommission(commission)) : sendEmpty(request, reply, 404);
}

async function resolveOne(
  { ledger }: Domain,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const body = jsonObjectBody(request);
  const accept = Object.hasOwn(body, 'accept');
  if (accept === Object.hasOwn(body, 'reject')) {
    throw badRequest('Specify either accept or reject action.');
  }
  const serial = serialOfPath(request);
  if (serial === undefined) return sendEmpty(request, reply, 404);
  const verdict = await ledger.resolve({
    component: componentOf(request).name,
    accept: accept ? [serial] : [],
    reject: accept ? [] : [serial],
  });
  if (verdict.damaged.length > 0) throw damaged(serial);
  return sendEmpty(request, reply, verdict.notFound.length > 0 ? 404 : 200);
}

async function resolveMany(
  { ledger }: Domain,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const body = jsonObjectBody(request);
  const accept = serialList(body, 'accept');
  const reject = serialList(body, 'reject');
  const verdict = await ledger.resolve({
    component: componentOf(request).name,
    accept: accept.known,
    reject: reject.known,
  });
  // Numbers beyond any serial are told apart here and reported like the unknown ones they are.
  const both = accept.beyond.filter((serial) => reject.beyond.includes(serial));
  const beyond = [...new Set([...accept.beyond, ...reject.beyond])].filter(
    (serial) => !both.includes(serial),
  );
  return sendJson(reply, {
    accepted: verdict.accepted,
    rejected: verdict.rejected,
    failed: [
      ...[...verdict.notFound, ...beyond].map((serial) =>
        failure(serial, new Refusal('not_found', `serial ${serial} does not exist`)),
      ),
      ...verdict.damaged.map((serial) => failure(serial, damaged(serial))),
      ...[...verdict.conflicting, ...both].map((serial) =>
        failure(serial, badRequest(`cannot both accept and reject serial ${serial}`)),
      ),
    ],
  });
}

function damaged(serial: number): Refusal {
  return new Refusal('internal', `serial ${serial} cannot be applied as it is stored`);
}

/** A pair of the bulk answer; its fault has no `details`. */
function failure(serial: number | bigint, error: Refusal): [number | bigint, object] {
  const { name, code, message } = faultOf(error);
  return [serial, { [name]: { code, message } }];
}

/** The serial in the path; undefined if it is beyond all serials there can be. */
function serialOfPath(request: FastifyRequest): number | undefined {
  const serial = Number((request.params as { serial: string }).serial);
  return Number.isSafeInteger(serial) ? serial : undefined;
}

function serialList(body: JsonObject, key: 'accept' | 'reject'): { known: number[]; beyond: bigint[] } {
  const list = Object.hasOwn(body, key) ? body[key] : [];
  if (!Array.isArray(list)) throw badRequest(`${key} should be a list of serials.`);
  if (list.length > LIMITS.serials_per_bulk) {
    throw badRequest(`${key} may name ${LIMITS.serials_per_bulk} serials at most.`);
  }
  const known: number[] = [];
  const beyond: bigint[] = [];
  for (const item of list) {
    const serial = asInteger(item);
    if (serial === undefined) throw badRequest(`${key} should be a list of serials.`);
    if (Number.isSafeInteger(Number(serial))) known.push(Number(serial));
    else beyond.push(serial);
  }
  return { known, beyond };
}

/** Reads the body of an issue call; whatever is wrong with it is named. */
function issueRequest(body: JsonObject, component: string): IssueRequest {
  const { provisions, name = '' } = body;
  if (!Array.isArray(provisions)) throw badRequest('provisions should be a list.');
  if (provisions.length > LIMITS.provisions_per_commission) {
    throw badRequest(`A commission may have ${LIMITS.provisions_per_commission} provisions at most.`);
  }
  if (typeof name !== 'string') throw badRequest('name should be a text.');
  if (name.length > LIMITS.commission_name_length) {
    throw badRequest(`name may have ${LIMITS.commission_name_length} characters at most.`);
  }
  return {
    component,
    name: storable('name', name),
    force: flag(body, 'force'),
    autoAccept: flag(body, 'auto_accept'),
    provisions: provisions.map(provision),
  };
}

function flag(body: JsonObject, key: 'force' | 'auto_accept'): boolean {
  const value = Object.hasOwn(body, key) ? body[key] : false;
  if (typeof value !== 'boolean') throw badRequest(`${key} should be true or false.`);
  return value;
}

function provision(item: Json): Provision {
  if (!isObject(item)) throw badRequest('Each provision should be a JSON dict.');
  const { holder, source, resource } = item;
  const quantity = asInteger(item['quantity']);
  if (holder === undefined || source === undefined || resource === undefined) {
    throw badRequest('Each provision needs holder, source, resource and quantity.');
  }
  if (quantity === undefined) throw badRequest('quantity should be an integer.');
  return {
    holder: text('holder', holder),
    source: source === null ? null : text('source', source),
    resource: text('resource', resource),
    quantity,
  };
}

/** Clients have always been free to send any scalar here; one that is not a text merely names no holding. */
function text(key: string, value: Json): string {
  if (typeof value === 'object' && value !== null) throw badRequest(`${key} should be a text.`);
  return storable(key, String(value));
}

/** Refuses the one character that a text column of PostgreSQL cannot hold. */
function storable(key: string, value: string): string {
  if (value.includes('\0')) throw badRequest(`${key} may not contain a NUL character.`);
  return value;
}
