import type { Json } from '../../lib/text/json.ts';
import type { FieldContext } from './fields.ts';

/** Why a value is refused: one or more messages, in the wording of the wire (workflow-v1 §10). */
export class FieldRefusal extends Error {
  readonly messages: string[];

  constructor(...messages: string[]) {
    super(messages.join(' '));
    this.messages = messages;
  }
}

/** One named value of an input: how it is read, and its default. */
export interface Field {
  /** The default. Without one, the field is required. */
  readonly initial?: Json;
  /** Whether null is valid. */
  readonly nullable?: boolean;
  /** Whether the field exists in this context; otherwise it is ignored. */
  readonly exists?: (context: FieldContext) => boolean;
  /** The value to store. Throws `FieldRefusal`. Not called with null. */
  read(value: Json, context: FieldContext): Json | Promise<Json>;
}

/** The options that all fields have. */
export type FieldOptions = Pick<Field, 'initial' | 'nullable' | 'exists'>;
