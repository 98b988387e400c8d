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
  /** The body; an empty object if the request has none. */
  readonly body: JsonObject;
  /** Client address of the request. */
  readonly address: string | null;
}

export interface DelegateAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A route that creates tasks or answers queries (workflow-v1 §5). It changes nothing except through tasks. */
export interface DelegateApi {
  readonly name: string;
  /** Below `/v1`, parameters as `:name`; e.g. `openstack/users/:user_id`. */
  readonly path: string;
  /** Other paths of the same API. */
  readonly aliases?: readonly string[];
  readonly config?: JsonObject;
  readonly methods: Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'DELETE', DelegateMethod>>>;
}

export interface DelegateMethod {
  readonly gate: Gate;
  /**
   * The requirement on callers, where it differs from that of the gate: for example a feature set that lets narrowed
   * tokens pass `authenticated`, because its API concerns only the project.
   */
  readonly requires?: Required;
  handle(request: DelegateRequest, context: DelegateContext): Promise<DelegateAnswer>;
}
