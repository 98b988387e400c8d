import type { Approval, ApprovalDecided } from '@purser/api/native/workflow/approval';
import { type Command, Option } from 'commander';
import { group, leaf, listing, omitUndefined, openSession } from '../../command.ts';
import { usage } from '../../failures.ts';
import { confirm } from '../../input/confirmation.ts';
import { DRY_RUN, preview } from '../../input/dry-run.ts';
import { withReason } from '../../input/reason.ts';
import { path } from '../../service/connection.ts';
import type { Output } from '../../tables/printing.ts';
import { approvalView } from '../../tables/workflow-views.ts';
import { previewTask } from './task-outlook.ts';

interface DecideOptions {
  output: Output;
  reason?: string;
  yes?: true;
  dryRun?: true;
}

export function approvalCommands(program: Command): void {
  const approval = group(
    program,
    'approval',
    'All that waits for an operator: applications, tasks and accounts',
  );

  listing(
    approval,
    approvalView,
    'list',
    'List pending applications, tasks and accounts with their effects',
    'purser approval list --order newest',
  )
    .addOption(
      new Option('--order <order>', 'which come first').choices(['oldest', 'newest']).default('oldest'),
    )
    .action(async ({ output, order }: { output: Output; order: string }) => {
      const { connection, list } = openSession({ output });
      list(await connection.all<Approval>('/approvals', { order }), approvalView);
    });

  decisionCommand(approval, 'approve', 'Approve an application, a task or an account');
  decisionCommand(
    approval,
    'deny',
    'Deny an application, a task or an account, and notify the requester',
  ).option('--yes', 'do it without asking');
}

function decisionCommand(parent: Command, decision: 'approve' | 'deny', about: string): Command {
  const yes = decision === 'deny' ? ' --yes' : '';
  const command = leaf(
    parent,
    decision,
    about,
    `purser approval ${decision} 42 --reason "as discussed"${yes}`,
  );
  return withReason(command, 'stored and sent to the requester')
    .argument('<id>', 'the number of an application, or the id of a task or an account')
    .option(...DRY_RUN)
    .action(async (id: string, { output, reason, yes, dryRun }: DecideOptions) => {
      const kind = kindOf(id);
      const session = openSession({ output });
      const { connection, done, tell } = session;
      if (dryRun && kind === 'task') return previewTask(session, id, decision === 'approve');
      if (dryRun && kind === 'account') throw usage('--dry-run does not apply to accounts.');
      if (dryRun) {
        const body = omitUndefined({ action: decision, reason });
        return preview(session, { method: 'POST', path: path`/applications/${id}/action`, body });
      }
      if (decision === 'deny') await confirm(`Deny ${kind} ${id}`, yes);
      const decided = await connection.post<ApprovalDecided>(
        path`/approvals/${kind}/${id}`,
        omitUndefined({ decision, reason }),
      );
      done({ ...decided });
      tell(`${KINDS[kind]} ${id} is ${decided.state}.`);
    });
}

const KINDS = { task: 'Task', application: 'Application', account: 'Account' } as const;

/** Ids of the kinds cannot be mistaken for one another. */
function kindOf(id: string): 'application' | 'task' | 'account' {
  if (/^[0-9a-f]{32}$/.test(id)) return 'task';
  if (/^[1-9][0-9]{0,14}$/.test(id)) return 'application';
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return 'account';
  throw usage(`'${id}' is neither the number of an application nor the id of a task or an account.`);
}
