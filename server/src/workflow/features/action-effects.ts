import type { JsonObject } from '../../lib/text/json.ts';
import type { WantedQuota } from './backends.ts';

/** What an action would change if its task were approved, as far as its input shows. */
export interface ActionEffects {
  /** Name of the project that it would create. */
  readonly project?: string;
  /** The user whom it would add or change, and the roles that the user would get or lose. */
  readonly user?: {
    readonly name: string;
    readonly gains?: readonly string[];
    readonly loses?: readonly string[];
  };
  /** Quotas that it would set. */
  readonly quotas?: readonly WantedQuota[];
}

/** What actions derive their effects from, beside their input. */
export interface EffectContext {
  /** By size, service and resource. */
  readonly quotaSizes: Readonly<Record<string, JsonObject>>;
}
