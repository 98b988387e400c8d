import type { Required } from '../../directory/tokens/reach.ts';
import type { JsonObject } from '../../lib/text/json.ts';
import type { Caller } from '../engine/caller.ts';
import type { DelegateContext } from './delegate-context.ts';

/** Who may call (workflow-v1 §1.3). */
export type Gate = 'none' | 'authenticated' | 'mod_or_admin' | 'project_admin' | 'admin';

export interface DelegateRequest {
  readonly caller: Caller;
  /** Values of the path's parameters. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The body, an empty object if there was none. */
  readonly body: JsonObject;
  /** Where the request came from. */
  readonly address: string | null;
}

export interface DelegateAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** An address that creates tasks or answers small questions (workflow-v1 §5). It changes nothing by itself. */
export interface DelegateApi {
  readonly name: string;
  /** Below `/v1`, parameters as `:name`; e.g. `openstack/users/:user_id`. */
  readonly path: string;
  /** Other paths that mean the same. */
  readonly aliases?: readonly string[];
  readonly config?: JsonObject;
  readonly methods: Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'DELETE', DelegateMethod>>>;
}

export interface DelegateMethod {
  readonly gate: Gate;
  /**
   * What it needs of callers, where that is not what its gate means: a feature set that lets narrowed tokens pass the
   * gate `authenticated`, say, because its API concerns nothing but the project.
   */
  readonly requires?: Required;
  handle(request: DelegateRequest, context: DelegateContext): Promise<DelegateAnswer>;
}
