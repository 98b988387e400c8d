import type { Task } from '../engine/task.ts';
import type { ActionDefinition } from '../features/action.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import type { TokenDescription, TokenFieldWords, TokenPurpose } from './workflow-token.ts';

export interface TokenField extends TokenFieldWords {
  readonly name: string;
}

/** A token as a page shows it: what it is for, and the fields to enter. */
export interface TokenExplanation extends TokenDescription {
  readonly purpose: TokenPurpose;
  /** The required fields, in their order. */
  readonly fields: readonly TokenField[];
}

type Parts = Pick<WorkflowParts, 'registry' | 'backends'>;

/**
 * Explains a token. The purpose is that of the first action that waits for the token and states one; otherwise the page
 * shows the type of the task.
 */
export async function explainToken(
  { registry, backends }: Parts,
  task: Task,
  description: TokenDescription,
): Promise<TokenExplanation> {
  const waiting = task.actions.filter(({ needToken }) => needToken);
  let purpose: TokenPurpose | undefined;
  const words: Record<string, TokenFieldWords> = {};
  for (const { name, data, cache, state } of waiting) {
    const definition: ActionDefinition | undefined = registry.action(name);
    Object.assign(words, definition?.tokenWords);
    const run = { data: structuredClone(data), cache: structuredClone(cache), state, caller: task.caller };
    purpose ??= await definition?.tokenPurpose?.({ ...run, backends });
  }
  return {
    ...description,
    purpose: purpose ?? purposeOfType(task.taskType),
    fields: description.requiredFields.map((name) => ({ name, ...(words[name] ?? wordsFor(name)) })),
  };
}

function purposeOfType(taskType: string): TokenPurpose {
  const title = inWords(taskType);
  return {
    title,
    text: `Your request "${title}" was approved. It is carried out when you submit this page.`,
    done: `Your request "${title}" was carried out.`,
  };
}

function wordsFor(field: string): TokenFieldWords {
  if (field === 'confirm') return { label: 'I confirm this', kind: 'confirmation' };
  if (field === 'password') return { label: 'New password', kind: 'password' };
  const kind = /password|secret/i.test(field) ? 'password' : 'text';
  return { label: inWords(field), kind };
}

/** `update_quota` and `updateQuota` become `Update quota`. */
function inWords(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_\-.]+/g, ' ')
    .trim()
    .toLowerCase();
  return words === '' ? name : words[0]?.toUpperCase() + words.slice(1);
}
