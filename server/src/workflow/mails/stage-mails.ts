import { inTime } from '../../lib/flow/in-time.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { JsonObject } from '../../lib/text/json.ts';
import { withoutPaths } from '../../lib/text/without-paths.ts';
import { type Caller, isKnown } from '../engine/caller.ts';
import type { StoredAction, Task } from '../engine/task.ts';
import type { ActionDefinition } from '../features/action.ts';
import type { KnownTaskType, MailStage, StageMailConfig } from '../features/task-config.ts';
import { consoleUrl } from '../features/workflow-settings.ts';
import { newHexSecret } from '../store/hex-id.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import { callersAddress } from './callers-address.ts';
import { type ReadyMail, STAGE_MAIL, writeMail } from './workflow-mails.ts';

/** The mails of a stage that could be written, and error texts for operators about those that could not. */
export interface StageMails {
  readonly mails: readonly ReadyMail[];
  readonly troubles: readonly string[];
}

class CurrentUserUnknown extends Error {}
class SeveralAddresses extends Error {}

/**
 * Writes the mails that a task sends when it was prepared, when it has a token, and when it is completed
 * (workflow-v1 §4.1). A failure is reported in `troubles` and does not stop the task: if a template fails, the built-in
 * text is sent. Only a token mail that cannot be written throws, because its token could not be used.
 */
export async function writeStageMails(
  parts: WorkflowParts,
  type: KnownTaskType,
  { task, taskCache, secret }: { task: Task; taskCache: JsonObject; secret?: string },
  stage: MailStage,
): Promise<StageMails> {
  const mails: ReadyMail[] = [];
  const troubles: string[] = [];
  for (const config of type.mails[stage]) {
    try {
      const addresses = await addressesOf(parts, config, task);
      if (addresses.to.length === 0) continue;
      if (stage === 'token' && config.template === null)
        throw new Error('There is no template for the token.');
      const data = {
        ...mailData(stage === 'completed' ? task : withoutStrangersText(parts, task), taskCache, config),
        email_address: addresses.to[0],
        email_current_user_address: addresses.currentUser,
        email_action_addresses: addresses.ofActions,
        ...(secret === undefined ? {} : { tokenurl: `${consoleUrl(parts.settings)}/token/`, token: secret }),
      };
      const trouble = (error: unknown): void => {
        parts.onError(error, `a template of the ${stage} mail of task ${task.uuid} failed`);
        troubles.push(mailTrouble(error, task.uuid));
      };
      const instead = { template: `${stage}.txt`, trouble } as const;
      const mail = writeMail(parts, task.uuid, { ...config, to: addresses.to }, data, instead);
      mails.push({ kind: STAGE_MAIL, reference: task.uuid, mail });
    } catch (error) {
      const told = error instanceof SeveralAddresses || error instanceof CurrentUserUnknown;
      if (!told && stage === 'token') throw error;
      troubles.push(told ? (error as Error).message : mailTrouble(error, task.uuid));
    }
  }
  return { mails, troubles };
}

/** A token that is not stored yet. */
export interface NewToken {
  readonly secret: string;
  /** The mails that carry the secret. */
  readonly mails: StageMails;
  /** The note of the task about it. */
  readonly note: string;
}

/**
 * Makes the secret of a task's next token and writes its mails; the caller stores both in one transaction. Throws what
 * a template or a backend throws: a token that no mail carries could not be used.
 */
export async function writeToken(
  parts: WorkflowParts,
  {
    task,
    type,
    taskCache = {},
  }: { readonly task: Task; readonly type: KnownTaskType; readonly taskCache?: JsonObject },
): Promise<NewToken> {
  const secret = newHexSecret(parts.secrets);
  const writing = writeStageMails(parts, type, { task, taskCache, secret }, 'token');
  const mails = await inTime(writing, LIMITS.action_ms, 'The mail of the token');
  return { secret, mails, note: 'Token created for task.' };
}

/** The message of an error, without file paths. */
export function reasonOf(error: unknown): string {
  return withoutPaths(error instanceof Error ? error.message : String(error));
}

/** The error text about a mail that failed. */
export function mailTrouble(error: unknown, taskUuid: string): string {
  return `Error: '${reasonOf(error)}' while emailing update for task: ${taskUuid}`;
}

/** The data for every template of a mail about a task (workflow-v1 §12). */
export function mailData(
  task: Task,
  taskCache: JsonObject,
  { from, reply }: { readonly from: string | null; readonly reply: string | null },
): object {
  return {
    task: { ...task, cache: taskCache },
    actions: actionsOf(task),
    from_address: from,
    reply_address: reply,
  };
}

/**
 * A task as it may be shown to an unconfirmed address. If the request came without an account, both its sender and the
 * reader of the mail are unknown, so the input of the request is left out. Input that the service has written stays.
 */
export function withoutStrangersText({ registry }: Pick<WorkflowParts, 'registry'>, task: Task): Task {
  if (isKnown(task.caller)) return task;
  const actions = task.actions.map((action) =>
    registry.action(action.name)?.inputByService ? action : { ...action, data: {}, cache: {} },
  );
  return { ...task, actions, taskNotes: [], actionNotes: {} };
}

/** Actions by name, each with its input and cache, for templates. */
function actionsOf(task: Task): Record<string, JsonObject> {
  return Object.fromEntries(
    task.actions.map(({ name, data, cache, state, valid }) => [name, { ...data, cache, state, valid }]),
  );
}

interface Addresses {
  readonly to: readonly string[];
  readonly currentUser: string | null;
  readonly ofActions: readonly string[];
}

async function addressesOf(parts: WorkflowParts, config: StageMailConfig, task: Task): Promise<Addresses> {
  const ofActions = [...(await actionAddresses(parts, task))];
  if (config.to !== null) return { to: config.to, currentUser: null, ofActions };
  if (config.emailCurrentUser) {
    const currentUser = await currentUserAddress(parts, task);
    if (currentUser === null) {
      throw new CurrentUserUnknown(
        `Error: Unable to send update, task email is configured to send to current user but no username or user ID found in task: ${task.uuid}`,
      );
    }
    return { to: [currentUser], currentUser, ofActions };
  }
  if (ofActions.length > 1) {
    throw new SeveralAddresses(`Error: Unable to send update, more than one email for task: ${task.uuid}`);
  }
  return { to: ofActions, currentUser: null, ofActions };
}

export async function currentUserAddress(
  { backends }: WorkflowParts,
  { caller }: Task,
): Promise<string | null> {
  return callersAddress(caller, backends);
}

/** The recipients of a task's mails, as its actions state them. */
export async function actionAddresses(
  { registry, backends }: WorkflowParts,
  task: { readonly actions: readonly Pick<StoredAction, 'name' | 'data'>[]; readonly caller: Caller },
): Promise<Set<string>> {
  const addresses = new Set<string>();
  for (const action of task.actions) {
    const definition: ActionDefinition | undefined = registry.action(action.name);
    const run = { data: structuredClone(action.data), caller: task.caller, backends };
    const address = await definition?.email?.(run);
    if (address) addresses.add(address);
  }
  return addresses;
}
