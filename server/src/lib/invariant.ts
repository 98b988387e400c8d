/** The values that a broken invariant was found with. Integers beyond 2^53 are texts, so that logs keep each digit. */
export type Facts = Readonly<Record<string, string | number | null>>;

/**
 * A condition that the code relies on does not hold: a defect of the program, or data that was changed by other
 * means. It is not an error of the caller, so requests get the answer for unexpected errors, which names no internals;
 * the log has the invariant and the values.
 */
export class InvariantBroken extends Error {
  override readonly name = 'InvariantBroken';
  /** The condition, as a sentence. */
  readonly invariant: string;
  readonly facts: Facts;

  constructor(invariant: string, facts: Facts) {
    super(`Invariant broken: ${invariant} ${textOf(facts)}`);
    this.invariant = invariant;
    this.facts = facts;
  }
}

function textOf(facts: Facts): string {
  const parts = Object.entries(facts).map(([name, value]) => `${name}=${value}`);
  return `(${parts.join(', ')})`;
}

/**
 * Throws `InvariantBroken` unless the condition holds. The facts are computed for a broken invariant only; code that
 * runs for each commission tests the condition itself and throws, which creates no function for each check.
 * @param sentence what must hold, as a sentence; the same text at each occurrence, so that logs can be searched for it
 */
export function invariant(holds: boolean, sentence: string, facts: () => Facts): asserts holds {
  if (!holds) throw new InvariantBroken(sentence, facts());
}
