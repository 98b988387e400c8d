import {
  Component,
  ComponentChanges,
  ComponentCreation,
  ComponentPath,
  ComponentRemovalQuery,
  ComponentRemoved,
  ComponentWithToken,
} from '@purser/api/native/catalog/component';
import { PageQuery, page } from '@purser/api/native/common';
import type { Domain } from '../../../domain.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import { publicPath } from '../../../lib/text/public-address.ts';
import { removeComponent } from '../../../oversight/component-removal.ts';
import { actorOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { pageFrom } from '../frame/paging.ts';
import { presentComponent } from '../frame/presenters.ts';

const tag = 'Components';

const list = operation(
  {
    id: 'listComponents',
    tag,
    access: 'operator',
    summary: 'List components',
    answers: { 200: page(named(Component), 'components') },
  },
  { querystring: PageQuery },
);

const create = operation(
  {
    id: 'addComponent',
    tag,
    access: 'whole_operator',
    summary: 'Add a component',
    description: 'The response contains its secret, which cannot be retrieved again.',
    problems: [409],
    answers: { 201: named(ComponentWithToken) },
  },
  { body: ComponentCreation },
);

const show = operation(
  {
    id: 'getComponent',
    tag,
    access: 'operator',
    summary: 'Show a component',
    problems: [404],
    answers: { 200: named(Component) },
  },
  { params: ComponentPath },
);

const change = operation(
  {
    id: 'changeComponent',
    tag,
    access: 'whole_operator',
    rehearsable: true,
    summary: 'Change a component',
    problems: [404],
    answers: { 200: named(ComponentWithToken) },
  },
  { params: ComponentPath, body: ComponentChanges },
);

const remove = operation(
  {
    id: 'removeComponent',
    tag,
    access: 'whole_operator',
    rehearsable: true,
    summary: 'Remove a component',
    description:
      'Removes its services too. A component with pending commissions, which reserve quantity, is removed only if ' +
      '`resolve` says whether to accept or to reject them; they are resolved first.',
    problems: [404, 409],
    texts: { 409: 'The component is built in, or it has pending commissions and `resolve` is missing.' },
    answers: { 200: named(ComponentRemoved) },
  },
  { params: ComponentPath, querystring: ComponentRemovalQuery },
);

/** Components: the systems that register services. */
export function componentRoutes(app: NativeApp, domain: Domain): void {
  const { components, settings } = domain;
  app.get('/components', list, ({ query }) =>
    pageFrom(query, (window) => components.list(window), presentComponent),
  );

  app.post('/components', create, async (request, reply) => {
    const { body } = request;
    const { name, base_url: baseUrl, ui_url: uiUrl, commission_expiry: commissionExpiry_s } = body;
    const wanted = { name, ...omitUndefined({ baseUrl, uiUrl, commissionExpiry_s }) };
    const { component, secret } = await components.add(wanted, actorOf(request));
    reply
      .code(201)
      .header('location', publicPath(settings.baseUrl, `${app.prefix}/components/${component.id}`));
    return { ...presentComponent(component), token: secret };
  });

  app.get('/components/:component', show, async ({ params }) =>
    presentComponent(await components.get(params.component)),
  );

  app.patch('/components/:component', change, async (request) => {
    const { params, body } = request;
    const { base_url: baseUrl, ui_url: uiUrl, renew_token: renewToken, purge_services: purgeServices } = body;
    const { commission_expiry: commissionExpiry_s, token: ownSecret } = body;
    const changes = omitUndefined({
      secret: ownSecret,
      baseUrl,
      uiUrl,
      renewToken,
      purgeServices,
      commissionExpiry_s,
    });
    const { component, secret } = await components.modify(params.component, changes, actorOf(request));
    return { ...presentComponent(component), ...(secret !== undefined && { token: secret }) };
  });

  app.delete('/components/:component', remove, async (request) => {
    const { resolve } = request.query;
    return removeComponent(domain, request.params.component, { resolve, by: actorOf(request) });
  });
}
