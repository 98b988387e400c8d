import type { JsonObject } from '../../lib/text/json.ts';
import type { Backends } from '../features/backends.ts';

/** What fields are validated against, beside their own rules. */
export interface FieldContext {
  readonly backends: Backends;
  /** All roles that any role may grant (workflow-v1 §3.2). */
  readonly assignableRoles: readonly string[];
  readonly quotaSizes: readonly string[];
}

/** Messages by field, or by `non_field_errors` (workflow-v1 §10). */
export type FieldErrors = Record<string, string[]>;

export type FieldResult<Data> =
  | { readonly ok: true; readonly data: Data }
  | { readonly ok: false; readonly errors: FieldErrors };

/** Validates the input of an action and fills in defaults; unknown fields are dropped. */
export interface FieldSet<Data = JsonObject> {
  read(input: JsonObject, context: FieldContext): Promise<FieldResult<Data>> | FieldResult<Data>;
}
