import { page } from '@purser/api/native/common';
import { MailEntry, MailQuery, MailRetried, MailRetry } from '@purser/api/native/operations/mail';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import type { OutboxEntry } from '../../../mail/outbox.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { pageFrom } from '../frame/paging.ts';
import { time, timeOrNull } from '../frame/presenters.ts';

const tag = 'Mails';

const list = operation(
  {
    id: 'listMails',
    tag,
    access: 'operator',
    summary: 'List mails and their delivery state',
    description:
      'In the order of their creation. Mails are deleted 30 days after they were sent or given up.',
    answers: { 200: page(named(MailEntry), 'mails') },
  },
  { querystring: MailQuery },
);

const retry = operation(
  {
    id: 'retryMails',
    tag,
    access: 'operator',
    summary: 'Retry mails immediately',
    description: 'Retries waiting mails and given-up mails, by `ids` or `all`; sent mails stay as they are.',
    answers: { 200: named(MailRetried) },
  },
  { body: MailRetry },
);

/** Outgoing mails. */
export function mailRoutes(app: NativeApp, { outbox }: Domain): void {
  app.get('/mails', list, async ({ query: { state, ...window } }) =>
    pageFrom(window, (part) => outbox.list({ ...omitUndefined({ state }), ...part }), presentEntry),
  );

  app.post('/mails/retry', retry, async ({ body: { ids, all } }) => {
    if ((ids === undefined) === (all === undefined)) {
      throw new PurserError('invalid_field', {
        field: 'ids',
        reason: 'requires a list of ids, or `"all": true`',
      });
    }
    return { due: await outbox.retry(ids ?? 'all') };
  });
}

function presentEntry(entry: OutboxEntry): MailEntry {
  return {
    id: entry.id,
    kind: entry.kind,
    to: entry.to,
    subject: entry.subject,
    state: entry.state,
    created_at: time(entry.createdAt),
    attempts: entry.attempts,
    next_at: timeOrNull(entry.nextAt),
    sent_at: timeOrNull(entry.sentAt),
    failed_at: timeOrNull(entry.failedAt),
    error: entry.error,
  };
}
