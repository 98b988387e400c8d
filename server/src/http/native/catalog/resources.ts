import {
  Resource,
  ResourceAdded,
  ResourceAddition,
  ResourceChanges,
  ResourcePath,
} from '@purser/api/native/catalog/resource';
import { PageQuery, page } from '@purser/api/native/common';
import type { FastifyRequest } from 'fastify';
import { isOperator } from '../../../directory/tokens/reach.ts';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import { publicPath } from '../../../lib/text/public-address.ts';
import { actorOf, callerOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { pageOfAll } from '../frame/paging.ts';
import { presentResource } from '../frame/presenters.ts';
import { limitOf } from '../ledger/limit-input.ts';

const tag = 'Resources';

const list = operation(
  {
    id: 'listResources',
    tag,
    access: 'any',
    summary: 'List resources',
    description: 'Users get the resources that are visible in the API, operators all.',
    answers: { 200: page(named(Resource), 'resources') },
  },
  { querystring: PageQuery },
);

const show = operation(
  {
    id: 'getResource',
    tag,
    access: 'any',
    summary: 'Show a resource',
    problems: [404],
    answers: { 200: named(Resource) },
  },
  { params: ResourcePath },
);

const add = operation(
  {
    id: 'addResource',
    tag,
    access: 'operator',
    rehearsable: true,
    summary: 'Add a resource to a registered service',
    description:
      'Its defaults become the limits of all existing users and projects. To register many resources, use ' +
      '`importServices`.',
    problems: [404, 409],
    answers: { 201: named(ResourceAdded) },
  },
  { body: ResourceAddition },
);

const change = operation(
  {
    id: 'changeResource',
    tag,
    access: 'operator',
    rehearsable: true,
    summary: 'Change the defaults or the visibility of a resource',
    description: 'New defaults apply to projects created from now on.',
    problems: [404],
    answers: { 200: named(Resource) },
  },
  { params: ResourcePath, body: ResourceChanges },
);

/** Resources: the quantities that services count and Purser limits. */
export function resourceRoutes(app: NativeApp, { resources, services, settings }: Domain): void {
  app.get('/resources', list, async (request) => {
    const shown = (await resources.all()).filter((resource) => mayAsk(request, resource));
    return pageOfAll(shown, request.query, presentResource);
  });

  app.get('/resources/:resource', show, async (request) => {
    const resource = await resources.get(request.params.resource);
    // A resource that a user may not see is reported as missing.
    if (!mayAsk(request, resource)) throw new PurserError('resource_not_found', { resource: resource.name });
    return presentResource(resource);
  });

  app.post('/resources', add, async (request, reply) => {
    const { body } = request;
    const { name, service, description, unit } = body;
    const wanted = { name, service, ...omitUndefined({ description, unit, ...changesOf(body) }) };
    const { resource, reach } = await services.addResource(wanted, actorOf(request));
    const address = `${app.prefix}/resources/${encodeURIComponent(resource.name)}`;
    reply.code(201).header('location', publicPath(settings.baseUrl, address));
    return { ...presentResource(resource), ...reach };
  });

  app.patch('/resources/:resource', change, async (request) => {
    const { params, body } = request;
    return presentResource(await resources.modify(params.resource, changesOf(body), actorOf(request)));
  });
}

function changesOf(body: ResourceChanges) {
  const limit = (field: 'system_default' | 'project_default') =>
    body[field] === undefined ? undefined : limitOf(field, body[field]);
  return omitUndefined({
    systemDefault: limit('system_default'),
    projectDefault: limit('project_default'),
    apiVisible: body.api_visible,
    uiVisible: body.ui_visible,
  });
}

function mayAsk(request: FastifyRequest, { apiVisible }: { apiVisible: boolean }): boolean {
  return apiVisible || isOperator(callerOf(request));
}
