import { PageQuery, page } from '@purser/api/native/common';
import {
  WebhookCreated,
  WebhookCreation,
  WebhookDeliveryQuery,
  WebhookPath,
  WebhookDelivery as WireDelivery,
  Webhook as WireWebhook,
} from '@purser/api/native/operations/webhook';
import type { Domain } from '../../../domain.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import { publicPath } from '../../../lib/text/public-address.ts';
import type { Webhook, WebhookDelivery } from '../../../webhooks/webhook.ts';
import { actorOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { pageFrom } from '../frame/paging.ts';
import { time, timeOrNull } from '../frame/presenters.ts';

const tag = 'Webhooks';

const add = operation(
  {
    id: 'addWebhook',
    tag,
    access: 'whole_operator',
    summary: 'Create a webhook',
    description:
      'Each event is sent as a POST request with a JSON body, signed according to Standard Webhooks with the secret of ' +
      'this response, which cannot be retrieved again. The URL must have a public address unless the settings allow others.',
    problems: [409],
    answers: { 201: named(WebhookCreated) },
  },
  { body: WebhookCreation },
);

const list = operation(
  {
    id: 'listWebhooks',
    tag,
    access: 'operator',
    summary: 'List webhooks',
    answers: { 200: page(named(WireWebhook), 'webhooks') },
  },
  { querystring: PageQuery },
);

const show = operation(
  {
    id: 'getWebhook',
    tag,
    access: 'operator',
    summary: 'Show a webhook',
    problems: [404],
    answers: { 200: named(WireWebhook) },
  },
  { params: WebhookPath },
);

const remove = operation(
  {
    id: 'removeWebhook',
    tag,
    access: 'whole_operator',
    summary: 'Delete a webhook and its deliveries',
    problems: [404],
    answers: { 204: null },
  },
  { params: WebhookPath },
);

const deliveries = operation(
  {
    id: 'listWebhookDeliveries',
    tag,
    access: 'operator',
    summary: 'List the deliveries of a webhook',
    description: 'The newest first. Deliveries are deleted 30 days after they were accepted or given up.',
    problems: [404],
    answers: { 200: page(named(WireDelivery), 'calls') },
  },
  { params: WebhookPath, querystring: WebhookDeliveryQuery },
);

const test = operation(
  {
    id: 'testWebhook',
    tag,
    access: 'operator',
    summary: 'Send a test event to a webhook',
    problems: [404],
    answers: { 200: named(WireDelivery) },
  },
  { params: WebhookPath },
);

/** Webhooks: addresses that receive events. */
export function webhookRoutes(app: NativeApp, { webhooks, settings }: Domain): void {
  app.post('/webhooks', add, async (request, reply) => {
    const { webhook, secret } = await webhooks.add(actorOf(request), request.body);
    reply.code(201).header('location', publicPath(settings.baseUrl, `${app.prefix}/webhooks/${webhook.id}`));
    return { ...presentWebhook(webhook), secret };
  });

  app.get('/webhooks', list, async ({ query }) =>
    pageFrom(query, (part) => webhooks.list(part), presentWebhook),
  );

  app.get('/webhooks/:webhook', show, async ({ params }) =>
    presentWebhook(await webhooks.get(params.webhook)),
  );

  app.delete('/webhooks/:webhook', remove, async (request, reply) => {
    await webhooks.remove(actorOf(request), request.params.webhook);
    return reply.code(204).send();
  });

  app.get('/webhooks/:webhook/deliveries', deliveries, async ({ params, query: { state, ...window } }) =>
    pageFrom(
      window,
      (part) => webhooks.deliveries(params.webhook, { ...omitUndefined({ state }), ...part }),
      presentDelivery,
    ),
  );

  app.post('/webhooks/:webhook/test', test, async ({ params }) =>
    presentDelivery(await webhooks.test(params.webhook)),
  );
}

function presentWebhook({ id, url, description, events, createdAt, createdBy }: Webhook): WireWebhook {
  return { id, url, description, events: [...events], created_at: time(createdAt), created_by: createdBy };
}

function presentDelivery(delivery: WebhookDelivery): WireDelivery {
  const { id, message, event, state, attempts, status, error } = delivery;
  return {
    id,
    message,
    event,
    state,
    created_at: time(delivery.createdAt),
    attempts,
    next_at: timeOrNull(delivery.nextAt),
    delivered_at: timeOrNull(delivery.deliveredAt),
    failed_at: timeOrNull(delivery.failedAt),
    status,
    error,
  };
}
