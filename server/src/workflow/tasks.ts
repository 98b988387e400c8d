import type { JsonObject } from '../lib/json.ts';
import type { Caller } from './caller.ts';
import type { Task } from './task.ts';
import type { FilterInput, ListPage, TaskQuery, WorkflowStatus } from './task-query.ts';
import type { TokenDescription, WorkflowToken } from './workflow-token.ts';

/** What narrows an operation, and what its record says beside who did it. */
export interface TaskScope {
  /** Tasks of other projects are as good as none: `task_not_found`. */
  readonly project?: string | null | undefined;
  /** Where the request came from. */
  readonly address?: string | null | undefined;
}

const later = (): never => {
  throw new Error('under way');
};

/**
 * The runs of admin workflows (spec workflow 2). Whatever answers a `Task` answers it as it is at the end; where a
 * stage takes longer than the settings allow a request to wait, `running` says that it goes on.
 */
export class Tasks {
  /** Errors: `task_type_unknown`, `task_input`, `task_duplicate`, `task_busy`, `task_actions_invalid`, `task_failed`. */
  create(_taskType: string, _caller: Caller, _input: JsonObject, _scope?: TaskScope): Promise<Task> {
    return later();
  }

  /** Errors: `task_not_found`. */
  get(_uuid: string, _scope?: TaskScope): Promise<Task> {
    return later();
  }

  /** Newest first. Errors: `filter_malformed`, `filter_field`, `filter_operation`, `filter_value`, `page_empty`. */
  list(_query: TaskQuery): Promise<ListPage<Task>> {
    return later();
  }

  /** Replaces the input and prepares again. Errors: as `create`, and `task_not_found`, `task_state`. */
  update(_caller: Caller, _uuid: string, _input: JsonObject, _scope?: TaskScope): Promise<Task> {
    return later();
  }

  /** Errors: `task_not_found`, `task_state`, `task_busy`, `task_actions_invalid`, `task_failed`. */
  approve(_caller: Caller, _uuid: string, _scope?: TaskScope): Promise<Task> {
    return later();
  }

  /** Errors: `task_not_found`, `task_state`, `task_busy`. */
  cancel(_caller: Caller, _uuid: string, _scope?: TaskScope): Promise<Task> {
    return later();
  }

  /** Answers whether there was need of a token. Errors: `task_not_found`, `task_state`, `task_busy`, `task_failed`. */
  reissueToken(_caller: Caller, _uuid: string, _scope?: TaskScope): Promise<boolean> {
    return later();
  }

  /** Errors: `workflow_token_not_found`, `task_state`. */
  describeToken(_secret: string): Promise<TokenDescription> {
    return later();
  }

  /**
   * Errors: `workflow_token_not_found`, `workflow_token_authentication`, `task_state`, `workflow_token_fields`,
   * `task_busy`, `task_actions_invalid`, `task_failed`.
   */
  submitToken(_secret: string, _data: JsonObject, _submitter: Caller, _scope?: TaskScope): Promise<Task> {
    return later();
  }

  /** Answers how many there were. */
  deleteExpiredTokens(): Promise<number> {
    return later();
  }

  /** Tokens that are good, or that have run out; newest first. */
  listTokens(_query?: {
    readonly expired?: boolean;
    readonly filters?: FilterInput;
  }): Promise<readonly WorkflowToken[]> {
    return later();
  }

  status(): Promise<WorkflowStatus> {
    return later();
  }

  /** Waits, for a while, for stages that run in the background. */
  close(): Promise<void> {
    return later();
  }
}
