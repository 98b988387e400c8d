import type { JsonObject } from '../../../lib/text/json.ts';
import { isKnown } from '../../engine/caller.ts';
import type { Stage } from '../../engine/task.ts';
import type { ActionDefinition, ActionRun } from '../../features/action.ts';
import { fieldSet } from '../../fields/field-set.ts';
import { pythonSet } from '../../filters/python-text.ts';
import { callersAddress } from '../../mails/callers-address.ts';
import { flag, group, textOf, texts } from '../settings.ts';

type Data = Record<string, never>;
type Run = ActionRun<Data>;

const NAME = 'SendAdditionalEmailAction';
/** Old names of the stages, which settings may still use. */
const OLD_STAGES: Readonly<Record<Stage, string>> = {
  prepare: 'initial',
  approve: 'token',
  submit: 'completed',
};

const DEFAULTS: JsonObject = {
  subject: '[%(service_name)s] News of a request',
  from: null,
  reply: null,
  template: null,
  html_template: null,
  email_current_user: false,
  email_task_cache: false,
  email_roles: [],
  email_additional_addresses: [],
};

/** Sends mails to further recipients (workflow-v1 §3.4). A failure does not stop the task. */
export const sendAdditionalEmail: ActionDefinition<Data> = {
  name: NAME,
  fields: fieldSet<Data>({}),
  config: { prepare: DEFAULTS, approve: DEFAULTS, submit: DEFAULTS, initial: {}, token: {}, completed: {} },
  prepare: (run) => tell(run),
  approve: (run) => tell(run),
  submit: (run) => tell(run),
};

async function tell(run: Run): Promise<void> {
  run.valid = true;
  const config = { ...group(run.config, run.stage), ...group(run.config, OLD_STAGES[run.stage]) };
  const template = textOf(config, 'template');
  if (template === null || !othersAreValid(run)) return;
  const to = await recipients(run, config);
  if (to.length === 0) {
    run.note(pythonSet(to));
    run.note(`Email address not set. Stage: ${run.stage}`);
    return;
  }
  run.note(`Sending emails to: ${pythonSet(to)}`);
  try {
    await run.mail({
      to,
      subject: textOf(config, 'subject') ?? String(DEFAULTS['subject']),
      from: textOf(config, 'from'),
      reply: textOf(config, 'reply'),
      template,
      htmlTemplate: textOf(config, 'html_template'),
    });
    run.note(`Additional email sent. Stage: ${run.stage}`);
  } catch {
    run.note(`Unable to send additional email. Stage: ${run.stage}`);
  }
}

function othersAreValid({ validities, task }: Run): boolean {
  return validities.every((valid, place) => valid || task.actions[place]?.name === NAME);
}

/** The recipients, each once. */
async function recipients(run: Run, config: JsonObject): Promise<string[]> {
  const found = new Set<string>();
  if (flag(config, 'email_current_user')) {
    run.note("Adding the current user's email address");
    const address = await callersAddress(run.caller, run.backends);
    if (address === null) run.note('Could not add current user email address');
    else found.add(address);
  }
  const roles = texts(config, 'email_roles');
  if (roles.length > 0 && isKnown(run.caller)) {
    const { project_id } = run.caller;
    run.note(`Adding email addresses for roles ${pythonSet(roles)} in project ${project_id}`);
    for (const user of await run.backends.identity.listUsers(project_id)) {
      if (user.email !== '' && user.roles.some((role) => roles.includes(role))) found.add(user.email);
    }
  }
  if (flag(config, 'email_task_cache')) {
    for (const address of texts(run.taskCache, 'additional_emails')) found.add(address);
  }
  for (const address of texts(config, 'email_additional_addresses')) found.add(address);
  return [...found];
}
