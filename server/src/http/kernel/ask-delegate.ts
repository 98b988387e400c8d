import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { isObject, type JsonObject } from '../../lib/text/json.ts';
import type { DelegateAnswer, DelegateRequest } from '../../workflow/delegates/delegate-api.ts';
import type { Caller } from '../../workflow/engine/caller.ts';

/** A call of a delegate API by a caller who is admitted to it. */
export interface DelegateCall extends Partial<Pick<DelegateRequest, 'params' | 'query'>> {
  readonly name: string;
  /** The HTTP method of the API; `POST` by default. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly caller: Caller;
  readonly address: string;
  readonly input: JsonObject;
  /** Called with each open task that the call has cancelled. */
  readonly onReplaced?: ((uuid: string) => void) | undefined;
}

/**
 * Calls a delegate API. Errors: `delegate_not_found`; `delegate_found_nothing`, or `invalid_request` with the reason,
 * for a refusal; those of the API.
 */
export async function askDelegate(
  { workflow }: Pick<Domain, 'workflow'>,
  { name, method = 'POST', caller, address, input, params = {}, query = {}, onReplaced }: DelegateCall,
): Promise<DelegateAnswer> {
  const { registry, delegateContexts } = workflow;
  const api = registry.delegateApis.find(({ api: one }) => one.name === name)?.api;
  const called = api?.methods[method];
  if (!api || !called) throw new PurserError('delegate_not_found', { delegate: name });
  const context = delegateContexts.for(api.name, { caller, address, onReplaced });
  const answer = await called.handle({ caller, params, query, body: input, address }, context);
  if (answer.status >= 400) {
    throw new PurserError(answer.status === 404 ? 'delegate_found_nothing' : 'invalid_request', {
      reason: reasonOf(answer.body),
    });
  }
  return answer;
}

/** The message of a refusal, in any of its shapes (workflow-v1 §1.4). */
function reasonOf(body: unknown): string {
  if (typeof body === 'string') return body;
  if (Array.isArray(body)) return body.map(reasonOf).join(' ');
  if (isObject(body)) {
    const inner = body['errors'] ?? body['ERROR'] ?? body['error'];
    if (inner !== undefined) return reasonOf(inner);
    return Object.entries(body)
      .map(([field, reason]) => `${field}: ${reasonOf(reason)}`)
      .join('; ');
  }
  return String(body);
}
