import type { Json } from '../../lib/text/json.ts';
import type { FieldContext } from './fields.ts';

/** Why a value is refused: all that is wrong with it, as the wire says it (workflow-v1 §10). */
export class FieldRefusal extends Error {
  readonly messages: string[];

  constructor(...messages: string[]) {
    super(messages.join(' '));
    this.messages = messages;
  }
}

/** One named value of an input: how it is read, and what stands for it where it is missing. */
export interface Field {
  /** Missing is refused where there is none. */
  readonly initial?: Json;
  /** Null is a value. */
  readonly nullable?: boolean;
  /** Whether the field exists at all here; it is not read, and not handed on, where it does not. */
  readonly exists?: (context: FieldContext) => boolean;
  /** The value as it is kept. Throws `FieldRefusal`. Null never gets here. */
  read(value: Json, context: FieldContext): Json | Promise<Json>;
}

/** What all fields can be told. */
export type FieldOptions = Pick<Field, 'initial' | 'nullable' | 'exists'>;
