import { type Page, page } from '@purser/api/native/common';
import {
  ApprovalDecided,
  ApprovalDecision,
  ApprovalPath,
  ApprovalQuery,
  Approval as WireApproval,
} from '@purser/api/native/workflow/approval';
import {
  APPROVAL_KINDS,
  type Approval,
  type ApprovalEdge,
  type ApprovalKind,
} from '../../../approvals/approvals.ts';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import { LIMITS } from '../../../lib/limits.ts';
import { reasonsAgainst } from '../../../workflow/engine/task.ts';
import { actorOf } from '../frame/access.ts';
import type { NativeApp } from '../frame/native-app.ts';
import { named, operation } from '../frame/operation.ts';
import { wrongCursor } from '../frame/paging.ts';
import { time } from '../frame/presenters.ts';
import { type Units, unitsOf } from '../frame/units.ts';
import { presentReplaced } from '../projects/project-presenters.ts';
import { personOf, presentOutlook } from './task-presenters.ts';
import { taskCallerOf } from './workflow-access.ts';

const tag = 'Approvals';

const list = operation(
  {
    id: 'listApprovals',
    tag,
    access: 'operator',
    summary: 'List pending approvals with their effects',
    description:
      'Pending project applications, tasks that are not approved, and accounts that wait for moderation.',
    answers: { 200: page(named(WireApproval), 'pending approvals') },
  },
  { querystring: ApprovalQuery },
);

const decide = operation(
  {
    id: 'decideApproval',
    tag,
    access: 'operator',
    summary: 'Approve or deny a pending approval',
    description:
      'Denying a task cancels it and stores the reason as a note; the requester receives a mail if the address is ' +
      'known. An account is accepted or rejected, and its owner receives a mail.',
    problems: [404, 409],
    answers: { 200: named(ApprovalDecided) },
  },
  { params: ApprovalPath, body: ApprovalDecision },
);

/** Pending approvals. */
export function approvalRoutes(app: NativeApp, domain: Domain): void {
  const { approvals } = domain;

  app.get('/approvals', list, async ({ query }): Promise<Page<WireApproval>> => {
    const { limit = LIMITS.page_default, order = 'oldest', after } = query;
    const start = after === undefined ? undefined : readEdge(after);
    // One entry more than the page holds shows whether there is a next page.
    const found = await approvals.list({ order, limit: limit + 1, after: start });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items: await presentAll(domain, items),
      next: found.length > limit && last ? writeEdge(last) : null,
    };
  });

  app.post('/approvals/:kind/:id', decide, async (request) => {
    const { kind, id } = request.params;
    const by = { requester: actorOf(request), caller: await taskCallerOf(request, domain) };
    const decide = {
      task: () => approvals.decideTask(by, id, request.body),
      application: () => approvals.decideApplication(by, numberOf(id), request.body),
      account: () => approvals.decideAccount(by, id, request.body),
    };
    const state = await decide[kind]();
    return { kind, id, state };
  });
}

function numberOf(id: string): number {
  if (/^[0-9]{1,15}$/.test(id)) return Number(id);
  throw new PurserError('application_not_found', { application: id });
}

/** Presents approvals; names are looked up once for all. */
async function presentAll(domain: Domain, approvals: readonly Approval[]): Promise<WireApproval[]> {
  const applicants = approvals.flatMap((one) =>
    one.kind === 'application' ? (one.application.applicant ?? []) : [],
  );
  const users = await domain.accounts.usernamesOf([...new Set(applicants)]);
  const units = await unitsOf(domain);
  const now_ms = domain.clock.now();
  return approvals.map((approval) => ({
    ...presentApproval(approval, users, units),
    since: time(approval.since),
    age_s: Math.max(0, Math.floor((now_ms - approval.since) / 1000)),
  }));
}

type Timeless = Omit<WireApproval, 'since' | 'age_s'>;

function presentApproval(approval: Approval, users: ReadonlyMap<string, string>, units: Units): Timeless {
  if (approval.kind === 'task') return presentTaskApproval(approval, units);
  if (approval.kind === 'account') return presentAccountApproval(approval, units);
  const { application, name, nameTaken, preview } = approval;
  const { project, creates, applicant } = application;
  const outlook = {
    projects: creates ? [name] : [],
    users: [],
    limits: preview.map((limit) => ({ ...limit, project })),
  };
  return {
    kind: 'application',
    id: String(application.id),
    about: creates ? 'new_project' : 'modification',
    asked_by: applicant,
    asked_by_name: applicant === null ? null : (users.get(applicant) ?? null),
    project,
    project_name: name,
    comments: application.comments,
    replaced: presentReplaced(application.replaced, { units }),
    outlook: presentOutlook(outlook, units),
    valid: !nameTaken,
    reasons: nameTaken ? [`A project named '${name}' already exists.`] : [],
    running: false,
  };
}

function presentAccountApproval({ account }: Approval & { kind: 'account' }, units: Units): Timeless {
  return {
    kind: 'account',
    id: account.uuid,
    about: 'new_account',
    asked_by: account.uuid,
    asked_by_name: account.username,
    project: null,
    project_name: null,
    comments: account.fullName,
    replaced: null,
    outlook: presentOutlook({ projects: [], users: [], limits: [] }, units),
    valid: true,
    reasons: [],
    running: false,
  };
}

function presentTaskApproval({ task, effects }: Approval & { kind: 'task' }, units: Units): Timeless {
  const { id, name } = personOf(task.caller);
  return {
    kind: 'task',
    id: task.uuid,
    about: task.taskType,
    asked_by: id,
    asked_by_name: name,
    project: task.projectId,
    project_name: 'project_name' in task.caller ? (task.caller.project_name ?? null) : null,
    comments: '',
    replaced: null,
    outlook: presentOutlook(effects, units),
    valid: task.actions.every(({ valid }) => valid),
    reasons: reasonsAgainst(task),
    running: task.running !== null,
  };
}

function writeEdge({ since, kind, row }: ApprovalEdge): string {
  return Buffer.from(`${kind}:${since}:${row}`).toString('base64url');
}

function readEdge(cursor: string): ApprovalEdge {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const [, kind, since, row] = /^([a-z]+):([0-9]{1,15}):([0-9]{1,15})$/.exec(text) ?? [];
  const known = APPROVAL_KINDS.find((one): one is ApprovalKind => one === kind);
  const edge = known && { kind: known, since: Number(since), row: Number(row) };
  if (edge && writeEdge(edge) === cursor) return edge;
  throw wrongCursor();
}
