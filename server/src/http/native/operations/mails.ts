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
    summary: 'List mails and what became of them',
    description:
      'In the order in which they were written. They are forgotten 30 days after they were sent or given up.',
    answers: { 200: page(named(MailEntry), 'mails') },
  },
  { querystring: MailQuery },
);

const retry = operation(
  {
    id: 'retryMails',
    tag,
    access: 'operator',
    summary: 'Try mails again at once',
    description:
      'Those that wait and those that were given up, by `ids` or `all`; those that were sent stay as they are.',
    answers: { 200: named(MailRetried) },
  },
  { body: MailRetry },
);

/** The mails that leave after commit. */
export function mailRoutes(app: NativeApp, { outbox }: Domain): void {
  app.get('/mails', list, async ({ query: { state, ...window } }) =>
    pageFrom(window, (part) => outbox.list({ ...omitUndefined({ state }), ...part }), presentEntry),
  );

  app.post('/mails/retry', retry, async ({ body: { ids, all } }) => {
    if ((ids === undefined) === (all === undefined)) {
      throw new PurserError('invalid_field', { field: 'ids', reason: 'say either which, or `"all": true`' });
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
