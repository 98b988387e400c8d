import type { DelegateApi } from './delegate-api.ts';
import type { DelegateContext } from './delegate-context.ts';

/** Makes what delegate APIs work with. */
export class DelegateContexts {
  /** For one request to an API; `takeAtLeast` counts from now. */
  for(_api: DelegateApi, _address: string | null): DelegateContext {
    throw new Error('under way');
  }
}
