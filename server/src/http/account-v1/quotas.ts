import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Domain } from '../../domain.ts';
import type { NamePage } from '../../ledger/quota-pages.ts';
import type { ProjectQuota, UserQuota } from '../../ledger/quotas.ts';
import { stringifyExact } from '../../lib/json.ts';
import { LIMITS } from '../../lib/limits.ts';
import { isStorable } from '../../lib/text.ts';
import { JSON_TYPE, sendJson, sendJsonText } from '../cloudfault/answer.ts';
import { asComponent, asUser, componentOf, userOf } from '../cloudfault/callers.ts';
import { badRequest, Refusal } from '../cloudfault/fault.ts';
import { lastValue } from '../kernel/bearer.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { presentMemberQuota, presentPoolQuota, presentResource } from './presenters.ts';

/** Resources and quotas (spec quota-projects 1.2). */
export function quotaRoutes(domain: Domain): RouteTable {
  return [
    { path: '/resources', methods: { GET: { handler: (_request, reply) => resources(domain, reply) } } },
    {
      path: '/quotas',
      methods: {
        GET: { before: [asUser(domain)], handler: (request, reply) => ownQuotas(domain, request, reply) },
      },
    },
    {
      path: '/service_quotas',
      methods: {
        GET: {
          before: [asComponent(domain)],
          handler: (request, reply) => serviceQuotas(domain, request, reply),
        },
      },
    },
    {
      path: '/service_project_quotas',
      methods: {
        GET: {
          before: [asComponent(domain)],
          handler: (request, reply) => serviceProjectQuotas(domain, request, reply),
        },
      },
    },
  ];
}

async function resources({ resources }: Domain, reply: FastifyReply): Promise<FastifyReply> {
  const visible = (await resources.all()).filter(({ apiVisible }) => apiVisible);
  return sendJson(
    reply,
    Object.fromEntries(visible.map((resource) => [resource.name, presentResource(resource)])),
  );
}

async function ownQuotas(
  domain: Domain,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const user = userOf(request).account.uuid;
  const visible = (await domain.resources.all()).filter(({ apiVisible }) => apiVisible);
  const chunks = domain.ledger.userQuotas({
    users: [user],
    projects: await domain.projects.quotaSourcesOf(user),
    resources: visible.map(({ name }) => name),
  });
  const tree = new JsonTree<UserQuota>(
    (row) => [row.project, row.resource],
    (row) => stringifyExact(presentMemberQuota(row)),
  );
  return sendTree(reply, tree, chunks);
}

async function serviceQuotas(
  domain: Domain,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const asked = listParameter(request, 'user');
  const projects = listParameter(request, 'project');
  const filter = { ...(asked && { users: asked }), ...(projects && { projects }) };
  const users = await onPage(request, reply, asked, (page) => domain.ledger.quotaUsers(filter, page));
  const chunks = domain.ledger.userQuotas({
    ...(users && { users }),
    ...(projects && { projects }),
    resources: await resourcesOf(domain, componentOf(request).name),
  });
  const tree = new JsonTree<UserQuota>(
    (row) => [row.user, row.project, row.resource],
    (row) => stringifyExact(presentMemberQuota(row)),
  );
  return sendTree(reply, tree, chunks, asked && 'There is no such user.');
}

async function serviceProjectQuotas(
  domain: Domain,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const asked = listParameter(request, 'project');
  const filter = { ...(asked && { projects: asked }) };
  const projects = await onPage(request, reply, asked, (page) => domain.ledger.quotaProjects(filter, page));
  const chunks = domain.ledger.projectQuotas({
    ...(projects && { projects }),
    resources: await resourcesOf(domain, componentOf(request).name),
  });
  const tree = new JsonTree<ProjectQuota>(
    (row) => [row.project, row.resource],
    (row) => stringifyExact(presentPoolQuota(row.pool)),
  );
  return sendTree(reply, tree, chunks, asked && 'There is no such project.');
}

const NEXT_MARKER = 'x-purser-next-marker';

/**
 * The names on the page that the request asks for with `limit` and `marker`, an extension of ours; if it asks for
 * none, the names it gave. Where there are more, a header says how to go on.
 */
async function onPage(
  request: FastifyRequest,
  reply: FastifyReply,
  asked: string[] | undefined,
  read: (page: NamePage) => Promise<string[]>,
): Promise<string[] | undefined> {
  const after = textParameter(request, 'marker');
  const limit = limitParameter(request);
  if (after === undefined && limit === undefined) return asked;
  const size = limit ?? LIMITS.page_default;
  // One more than the page holds tells whether there is a next page.
  const names = await read({ limit: size + 1, ...(after !== undefined && { after }) });
  if (names.length > size) reply.header(NEXT_MARKER, encodeURIComponent(names[size - 1] ?? ''));
  return names.slice(0, size);
}

function limitParameter(request: FastifyRequest): number | undefined {
  const text = lastValue((request.query as Record<string, unknown>)['limit']);
  if (text === undefined) return undefined;
  const limit = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= LIMITS.page_max) return limit;
  throw badRequest(`limit should be a number from 1 to ${LIMITS.page_max}.`);
}

function textParameter(request: FastifyRequest, key: string): string | undefined {
  const text = lastValue((request.query as Record<string, unknown>)[key]);
  if (text !== undefined && !isStorable(text)) throw badRequest(`${key} is not a valid text.`);
  return text;
}

/** Visible or not, a component sees the resources of its own services and no others. */
async function resourcesOf({ resources }: Domain, component: string): Promise<string[]> {
  return (await resources.all())
    .filter((resource) => resource.component === component)
    .map(({ name }) => name);
}

/** `a,b` as a list; undefined if the parameter was not sent. Empty is the list of one empty name. */
function listParameter(request: FastifyRequest, key: string): string[] | undefined {
  const names = lastValue((request.query as Record<string, unknown>)[key])?.split(',');
  // What no database can hold names nobody.
  return names?.filter(isStorable);
}

/**
 * Writes rows that come sorted by their path as one nested JSON object, piece by piece, so that a listing of every
 * user there is never stands in memory as a whole.
 */
class JsonTree<Row> {
  readonly #pathOf: (row: Row) => string[];
  readonly #leaf: (row: Row) => string;
  #open: string[] = [];
  #begun = false;

  constructor(pathOf: (row: Row) => string[], leaf: (row: Row) => string) {
    this.#pathOf = pathOf;
    this.#leaf = leaf;
  }

  add(rows: readonly Row[]): string {
    let text = '';
    for (const row of rows) text += this.#addRow(row);
    return text;
  }

  end(): string {
    return `${this.#begun ? '' : '{'}${'}'.repeat(this.#open.length)}}`;
  }

  #addRow(row: Row): string {
    const path = this.#pathOf(row);
    const branches = path.slice(0, -1);
    let shared = 0;
    while (shared < branches.length && branches[shared] === this.#open[shared]) shared += 1;
    let text = '}'.repeat(this.#open.length - shared);
    text += this.#begun ? ',' : '{';
    for (const branch of branches.slice(shared)) text += `${JSON.stringify(branch)}:{`;
    text += `${JSON.stringify(path.at(-1))}:${this.#leaf(row)}`;
    this.#open = branches;
    this.#begun = true;
    return text;
  }
}

/**
 * Sends a listing: as one text where it is short, as a stream beyond that.
 * @param missing if given, an empty listing is answered 404 with this text
 */
async function sendTree<Row>(
  reply: FastifyReply,
  tree: JsonTree<Row>,
  chunks: AsyncIterable<Row[]>,
  missing?: string,
): Promise<FastifyReply> {
  const rest = chunks[Symbol.asyncIterator]();
  const first = await rest.next();
  if (first.done) {
    if (missing !== undefined) throw new Refusal('not_found', missing);
    return sendJsonText(reply, tree.end());
  }
  const head = tree.add(first.value);
  const second = await rest.next();
  if (second.done) return sendJsonText(reply, head + tree.end());
  const pieces = async function* (): AsyncGenerator<string> {
    yield head;
    for (let next: IteratorResult<Row[]> = second; !next.done; next = await rest.next()) {
      yield tree.add(next.value);
    }
    yield tree.end();
  };
  return reply.header('content-type', JSON_TYPE).send(Readable.from(pieces()));
}
