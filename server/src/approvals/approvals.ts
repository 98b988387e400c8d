import type { Accounts } from '../directory/accounts/accounts.ts';
import type { Account } from '../directory/tokens/principal.ts';
import { PurserError } from '../lib/errors.ts';
import type { PendingApplication } from '../projects/applications/application-reads.ts';
import type { Applications } from '../projects/applications/applications.ts';
import type { Requester } from '../projects/requester.ts';
import type { PendingEdge, PendingWindow } from '../storage/pending-window.ts';
import type { Caller } from '../workflow/engine/caller.ts';
import { stateOf, type Task } from '../workflow/engine/task.ts';
import type { TaskEffects } from '../workflow/engine/task-effects.ts';
import type { Workflow } from '../workflow/open-workflow.ts';

/** The kinds of pending approvals; of two from the same moment, the kind listed first comes first. */
export const APPROVAL_KINDS = ['application', 'task', 'account'] as const;
export type ApprovalKind = (typeof APPROVAL_KINDS)[number];

/** A pending approval, with its row id. */
export type Approval =
  | ({ readonly kind: 'application'; readonly row: number; readonly since: number } & PendingApplication)
  | { readonly kind: 'account'; readonly row: number; readonly since: number; readonly account: Account }
  | {
      readonly kind: 'task';
      readonly row: number;
      readonly since: number;
      readonly task: Task;
      readonly effects: TaskEffects;
    };

/** The entry after which a page begins. */
export interface ApprovalEdge {
  readonly since: number;
  readonly kind: ApprovalKind;
  readonly row: number;
}

export interface ApprovalQuery {
  readonly order: PendingWindow['order'];
  readonly limit: number;
  readonly after?: ApprovalEdge | undefined;
}

/** The operator who decides, as projects and workflow represent a caller. */
export interface Decider {
  readonly requester: Requester;
  readonly caller: Caller;
}

export interface ApprovalDecision {
  readonly decision: 'approve' | 'deny';
  readonly reason?: string | undefined;
}

/** One list of all pending approvals: project applications, tasks, and accounts. */
export class Approvals {
  readonly #applications: Applications;
  readonly #workflow: Workflow;
  readonly #accounts: Accounts;

  constructor(parts: { applications: Applications; workflow: Workflow; accounts: Accounts }) {
    this.#applications = parts.applications;
    this.#workflow = parts.workflow;
    this.#accounts = parts.accounts;
  }

  /** All kinds, by the time since when they wait. The number of statements does not depend on the number of entries. */
  async list({ order, limit, after }: ApprovalQuery): Promise<Approval[]> {
    const window = (kind: ApprovalKind): PendingWindow => ({
      order,
      limit,
      from: edgeFor(kind, order, after),
    });
    const applications = await this.#applications.pending(window('application'));
    const tasks = await this.#workflow.taskReads.awaiting(window('task'));
    const accounts = await this.#accounts.awaitingModeration(window('account'));
    const waiting: Approval[] = [
      ...applications.map((pending) => ({
        ...pending,
        kind: 'application' as const,
        row: pending.application.id,
        since: pending.application.issuedAt,
      })),
      ...tasks.map(({ id, task }) => ({
        kind: 'task' as const,
        row: id,
        since: task.createdOn,
        task,
        effects: NO_EFFECTS,
      })),
      ...accounts.map((account) => ({
        kind: 'account' as const,
        row: account.id,
        since: account.verifiedAt ?? account.createdAt,
        account,
      })),
    ];
    const sorted = waiting.sort(order === 'oldest' ? compare : (a, b) => compare(b, a)).slice(0, limit);
    return this.#withEffects(sorted);
  }

  /**
   * Approves or denies an application. Errors: those of `Applications.decide`.
   * @returns its new state
   */
  async decideApplication(by: Decider, id: number, { decision, reason }: ApprovalDecision): Promise<string> {
    return (await this.#applications.decide(by.requester, id, decision, { reason })).state;
  }

  /**
   * Approves a task, or cancels it and mails the requester. The reason is noted.
   * Errors: those of `TaskCommands.approve` and `TaskCommands.cancel`; `task_state` if it was approved before.
   * @returns its new state
   */
  async decideTask(by: Decider, uuid: string, { decision, reason }: ApprovalDecision): Promise<string> {
    const { tasks, taskReads } = this.#workflow;
    const { address } = by.requester;
    if ((await taskReads.get(uuid)).approved) {
      throw new PurserError('task_state', { task: uuid, reason: 'This task has already been approved.' });
    }
    const decided =
      decision === 'approve'
        ? await tasks.approve(by.caller, uuid, { address, reason })
        : await tasks.cancel(by.caller, uuid, { address, reason, notifyRequester: true });
    return stateOf(decided);
  }

  /**
   * Accepts or rejects an account, which gets a mail. Errors: those of `Accounts.accept` and `Accounts.reject`.
   * @returns its new state
   */
  async decideAccount(by: Decider, uuid: string, { decision, reason }: ApprovalDecision): Promise<string> {
    const decided =
      decision === 'approve'
        ? await this.#accounts.accept(uuid, 'manual', by.requester)
        : await this.#accounts.reject(uuid, reason ?? '', by.requester);
    return decided.state;
  }

  async #withEffects(approvals: readonly Approval[]): Promise<Approval[]> {
    const tasks = approvals.flatMap((approval) => (approval.kind === 'task' ? [approval.task] : []));
    const all = await this.#workflow.effectsOf(tasks);
    let at = 0;
    return approvals.map((approval) => {
      if (approval.kind !== 'task') return approval;
      const effects = all[at] ?? NO_EFFECTS;
      at += 1;
      return { ...approval, effects };
    });
  }
}

const NO_EFFECTS: TaskEffects = { projects: [], users: [], limits: [] };

function compare(a: ApprovalEdge, b: ApprovalEdge): number {
  return a.since - b.since || rank(a) - rank(b) || a.row - b.row;
}

const rank = ({ kind }: { kind: ApprovalKind }): number => APPROVAL_KINDS.indexOf(kind);

/** The start of a page within one kind, after an entry of any kind. */
function edgeFor(
  kind: ApprovalKind,
  order: PendingWindow['order'],
  after: ApprovalEdge | undefined,
): PendingEdge | undefined {
  if (!after) return undefined;
  if (kind === after.kind) return { at: after.since, past: after.row };
  const comesLater = rank({ kind }) > rank(after) === (order === 'oldest');
  return { at: after.since, past: comesLater ? 'none' : 'all' };
}
