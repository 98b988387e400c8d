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
    summary: 'Add an address that is told of events',
    description:
      'Each event is posted as JSON and signed as Standard Webhooks has it, with the secret that is answered here, ' +
      'once. The address has to be a public one unless the settings say otherwise.',
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
    access: 'operator',
    summary: 'Remove a webhook, and forget its calls',
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
    summary: 'List calls of a webhook and what became of them',
    description: 'The newest first. They are forgotten 30 days after they were taken or given up.',
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
    summary: 'Call a webhook once, now, with an event that means nothing',
    problems: [404],
    answers: { 200: named(WireDelivery) },
  },
  { params: WebhookPath },
);

/** Addresses that are told of events. */
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
