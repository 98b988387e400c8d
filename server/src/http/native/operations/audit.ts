import { page } from '@purser/api/native/common';
import { AuditQuery, AuditEntry as WireEntry } from '@purser/api/native/operations/audit';
import type { AuditRecord } from '../../../audit/audit.ts';
import type { Domain } from '../../../domain.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { pageFrom } from '../frame/paging.ts';
import { time } from '../frame/presenters.ts';
import { timeOrDay } from '../frame/times.ts';

const list = operation(
  {
    id: 'listAudit',
    tag: 'Audit',
    access: 'operator',
    summary: 'List audit entries',
    description: 'The newest first.',
    problems: [404],
    answers: { 200: page(named(WireEntry), 'entries') },
  },
  { querystring: AuditQuery },
);

/** The audit record. */
export function auditRoutes(app: NativeApp, { audit, accounts }: Domain): void {
  app.get('/audit', list, async ({ query }) => {
    const { actor, action, subject, since, until, ...window } = query;
    const filters = omitUndefined({
      actor: actor === undefined ? undefined : (await accounts.find(actor)).uuid,
      action,
      subject,
      since: since === undefined ? undefined : timeOrDay('since', since),
      until: until === undefined ? undefined : timeOrDay('until', until),
    });
    return pageFrom(window, (part) => audit.list({ ...filters, ...part }), presentRecord);
  });
}

function presentRecord({ at, actorName, ...record }: AuditRecord): WireEntry {
  return {
    id: record.id,
    at: time(at),
    actor: record.actor,
    actor_name: actorName,
    address: record.address,
    action: record.action,
    subject: record.subject,
    before: record.before,
    after: record.after,
    reason: record.reason,
  };
}
