import type { Logger } from 'pino';
import type { HashingCost } from '../directory/logins/passwords.ts';
import type { Clock } from '../lib/clock.ts';
import type { Secrets } from '../lib/secrets.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { Storage } from '../storage/storage.ts';
import type { Resolve } from '../webhooks/webhook-call.ts';
import type { Pause } from '../workflow/delegates/delegate-contexts.ts';
import type { FeatureSet } from '../workflow/features/feature-set.ts';

/** What a caller of `createApp` may replace: time and chance, and for tests the mailer and the storage. */
export interface Ingredients {
  readonly clock?: Clock;
  readonly secrets?: Secrets;
  readonly storage?: Storage;
  readonly mailer?: Mailer;
  readonly logger?: Logger;
  /** How answers that are delayed on purpose wait. */
  readonly wait?: Pause;
  /** The cost of hashing passwords; tests make it cheap. */
  readonly hashingCost?: HashingCost;
  /** How webhooks look up host names. */
  readonly resolve?: Resolve;
  /** Feature sets of the workflow, in addition to the built-in one and those in the settings. */
  readonly featureSets?: readonly FeatureSet[];
}
