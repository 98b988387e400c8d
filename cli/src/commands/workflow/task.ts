import type { Task, TaskAct, TaskDetails } from '@purser/api/native/workflow/task';
import type { WorkflowOverview } from '@purser/api/native/workflow/workflow-overview';
import type { Command } from 'commander';
import { group, leaf, listing, omitUndefined, openSession } from '../../command.ts';
import { confirm } from '../../input/confirmation.ts';
import { DRY_RUN } from '../../input/dry-run.ts';
import { fieldsOf } from '../../input/field-values.ts';
import { PROJECT as NAMED, projectIdIf } from '../../input/project-reference.ts';
import { withReason } from '../../input/reason.ts';
import { path } from '../../service/connection.ts';
import type { Output } from '../../tables/printing.ts';
import { timeText } from '../../tables/times.ts';
import { taskDetailsView, taskView, workflowOverviewView } from '../../tables/workflow-views.ts';
import { previewTask } from './task-outlook.ts';

interface ListOptions {
  output: Output;
  state?: string;
  type?: string;
  project?: string;
  since?: string;
  until?: string;
  valid?: boolean;
}

interface ActOptions {
  output: Output;
  reason?: string;
  yes?: true;
  dryRun?: true;
}

const ID = 'e8b3f57f5da64bf3a6bf4f9bbd3a40b5';
const PROJECT = '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11';

export function taskCommands(program: Command): void {
  const task = group(program, 'task', 'What people have asked for, and what became of it');

  listing(
    task,
    taskView,
    'list',
    'List tasks, the newest first',
    'purser task list --state awaiting --type update_quota',
  )
    .option('--state <states>', 'only those that are awaiting, approved, completed, cancelled; with commas')
    .option('--type <type>', 'only tasks of this type, for example update_quota')
    .option('--project <project>', `only those asked for in this project: ${NAMED}`)
    .option('--since <time>', 'only those created from this time or day (UTC) on', timeText)
    .option('--until <time>', 'only those created before this time or day (UTC)', timeText)
    .option('--valid', 'only those whose actions are all valid')
    .option('--no-valid', 'only those with an action that is not valid')
    .action(async ({ output, ...filters }: ListOptions) => {
      const { connection, list } = openSession({ output });
      const project = await projectIdIf(connection, filters.project);
      list(await connection.all<Task>('/tasks', { ...filters, project }), taskView);
    });

  leaf(task, 'show', 'Show a task and the effects of its approval', `purser task show ${ID}`)
    .argument('<task>', 'its id')
    .action(async (id: string, options: { output: Output }) => {
      const { connection, item } = openSession(options);
      item(await connection.get<TaskDetails>(path`/tasks/${id}`), taskDetailsView);
    });

  leaf(
    task,
    'update',
    'Ask for something else in a task that is not approved yet',
    `purser task update ${ID} project_id=${PROJECT} size=medium 'regions=["RegionOne"]'`,
  )
    .argument('<task>', 'its id')
    .argument('<fields...>', 'the whole input anew, as NAME=VALUE; a value can be JSON')
    .action(async (id: string, fields: string[], options: { output: Output }) => {
      const body = fieldsOf(fields);
      const { connection, item, tell } = openSession(options);
      const changed = await connection.patch<TaskDetails>(path`/tasks/${id}`, body);
      item(changed, taskDetailsView);
      tell(`Task ${id} is changed${changed.valid ? '' : ', and is not valid'}.`);
    });

  leaf(task, 'status', 'Show what went wrong, and the last tasks', 'purser task status').action(
    async (options: { output: Output }) => {
      const { connection, item } = openSession(options);
      item(await connection.get<WorkflowOverview>('/workflow/overview'), workflowOverviewView);
    },
  );

  actionCommand(task, 'approve', 'approve', 'Approve a task');
  actionCommand(task, 'cancel', 'cancel', 'End a task for good');
  actionCommand(
    task,
    'reissue-token',
    'reissue_token',
    'Send a new token by mail in the place of the old one',
  );
}

function actionCommand(parent: Command, name: string, action: TaskAct['action'], about: string): void {
  const command = leaf(
    parent,
    name,
    about,
    `purser task ${name} ${ID}${action === 'cancel' ? ' --yes' : ''}`,
  ).argument('<task>', 'its id');
  if (action !== 'reissue_token') withReason(command, 'noted with the task');
  if (action === 'cancel') command.option('--yes', 'do it without asking');
  if (action !== 'reissue_token') command.option(...DRY_RUN);
  command.action(async (id: string, { output, reason, yes, dryRun }: ActOptions) => {
    const session = openSession({ output });
    const { connection, item, tell } = session;
    if (dryRun) return previewTask(session, id, action === 'approve');
    if (action === 'cancel') await confirm(`Cancel task ${id}`, yes);
    const acted = await connection.post<TaskDetails>(
      path`/tasks/${id}/action`,
      omitUndefined({ action, reason }),
    );
    item(acted, taskDetailsView);
    tell(
      action === 'reissue_token'
        ? 'A new token is on its way by mail. The link of the earlier mail is void.'
        : `Task ${id} is ${stateText(acted)}.`,
    );
  });
}

function stateText({ state, running }: Task): string {
  if (running !== null) return `${state}; its stage ${running.stage} is running`;
  return state === 'approved' ? 'approved, and waits for its token' : state;
}
