import type { FastifyReply, FastifyRequest } from 'fastify';
import { withinReach } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import type { NamePage } from '../../ledger/quota-pages.ts';
import type { ProjectQuota, UserQuota } from '../../ledger/quotas.ts';
import { stringifyExact } from '../../lib/text/json.ts';
import { isStorable } from '../../lib/text/text.ts';
import { sendJson } from '../cloudfault/answer.ts';
import { componentOf, userOf } from '../cloudfault/callers.ts';
import { Refusal } from '../cloudfault/fault.ts';
import { sendPieces } from '../cloudfault/sending-pieces.ts';
import { lastValue } from '../kernel/bearer.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { isOlderComponent, isOlderUser } from './generation.ts';
import { NEXT_MARKER, pageParameters } from './page-parameters.ts';
import { presentMemberQuota, presentOlderQuota, presentPoolQuota, presentResource } from './presenters.ts';

/** Resources and quotas (quota §1). */
export function quotaRoutes(domain: Domain): RouteTable {
  return [
    {
      path: '/resources',
      methods: { GET: { requires: 'public', handler: (_request, reply) => resources(domain, reply) } },
    },
    {
      path: '/quotas',
      methods: {
        GET: { requires: 'project', handler: (request, reply) => ownQuotas(domain, request, reply) },
      },
    },
    {
      path: '/service_quotas',
      methods: {
        GET: {
          requires: 'component',
          handler: (request, reply) => serviceQuotas(domain, request, reply),
        },
      },
    },
    {
      path: '/service_project_quotas',
      methods: {
        GET: {
          requires: 'component',
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
  const principal = userOf(request);
  const user = principal.account.uuid;
  const visible = (await domain.resources.all()).filter(({ apiVisible }) => apiVisible);
  const older = isOlderUser(domain, request);
  const chunks = domain.ledger.userQuotas({
    users: [user],
    projects: withinReach(principal, older ? [user] : await domain.projects.quotaSourcesOf(user)),
    resources: visible.map(({ name }) => name),
  });
  const tree = new JsonTree<UserQuota>(
    (row) => [sourceName(row, older), row.resource],
    (row) => stringifyExact(older ? presentOlderQuota(row) : presentMemberQuota(row)),
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
  // The older generation does not have this filter.
  const older = projects === undefined && isOlderComponent(domain, request);
  const tree = new JsonTree<UserQuota>(
    (row) => [row.user, sourceName(row, older), row.resource],
    (row) => stringifyExact(older ? presentOlderQuota(row) : presentMemberQuota(row)),
  );
  return sendTree(reply, tree, older ? ofOwnProjects(chunks) : chunks, asked && 'There is no such user.');
}

/** The name of a source of quota: in the older generation always `system`, which is the user's system project. */
const sourceName = ({ project }: UserQuota, older: boolean): string => (older ? 'system' : project);

/** The rows of users' system projects; chunks without any are left out. */
async function* ofOwnProjects(chunks: AsyncIterable<UserQuota[]>): AsyncGenerator<UserQuota[]> {
  for await (const rows of chunks) {
    const own = rows.filter(({ user, project }) => user === project);
    if (own.length > 0) yield own;
  }
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

/**
 * The names on the requested page; without page parameters, the names that the request states. If there are more, a
 * header has the marker of the next page.
 */
async function onPage(
  request: FastifyRequest,
  reply: FastifyReply,
  asked: string[] | undefined,
  read: (page: NamePage) => Promise<string[]>,
): Promise<string[] | undefined> {
  const page = pageParameters(request);
  if (page === undefined) return asked;
  const { size, marker } = page;
  // One name more than the page holds shows whether there is a next page.
  const names = await read({ limit: size + 1, ...(marker !== undefined && { after: marker }) });
  if (names.length > size) reply.header(NEXT_MARKER, encodeURIComponent(names[size - 1] ?? ''));
  return names.slice(0, size);
}

/** A component sees all resources of its own services, visible or not, and no others. */
async function resourcesOf({ resources }: Domain, component: string): Promise<string[]> {
  return (await resources.all())
    .filter((resource) => resource.component === component)
    .map(({ name }) => name);
}

/** `a,b` as a list; undefined if the parameter is absent. An empty value is a list with one empty name. */
function listParameter(request: FastifyRequest, key: string): string[] | undefined {
  const names = lastValue((request.query as Record<string, unknown>)[key])?.split(',');
  // A text that no database can store matches no name.
  return names?.filter(isStorable);
}

/**
 * Writes rows sorted by their path as one nested JSON object, in chunks, so that a list of all users is never in
 * memory as a whole.
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
 * Sends a list.
 * @param missing if given, an empty list is answered with 404 and this text
 */
function sendTree<Row>(
  reply: FastifyReply,
  tree: JsonTree<Row>,
  chunks: AsyncIterable<Row[]>,
  missing?: string,
): Promise<FastifyReply> {
  const pieces = async function* (): AsyncGenerator<string> {
    let empty = true;
    for await (const rows of chunks) {
      empty = false;
      yield tree.add(rows);
    }
    if (empty && missing !== undefined) throw new Refusal('not_found', missing);
    yield tree.end();
  };
  return sendPieces(reply, pieces());
}
