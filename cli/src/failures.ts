/** How the command ends; scripts rely on these. */
export const EXIT = { ok: 0, refused: 1, usage: 2, unreachable: 3 } as const;

/** An end that is expected: one sentence for people, or one on each line, and the exit code. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: number;
  /** What is printed, each on a line of its own. */
  readonly sentences: readonly string[];
  /** What Purser calls it, where Purser said it. */
  readonly code: string | undefined;

  /** @param sentences one, or one for each of several faults */
  constructor(exitCode: number, sentences: string | readonly string[], code?: string) {
    super([sentences].flat().join(' '));
    this.sentences = [sentences].flat();
    this.exitCode = exitCode;
    this.code = code;
  }
}

/** The command was called in a way that makes no sense. */
export const usage = (sentence: string): Failure => new Failure(EXIT.usage, sentence);
/** Purser was asked and said no. */
export const refused = (sentences: string | readonly string[], code?: string): Failure =>
  new Failure(EXIT.refused, sentences, code);
/** Purser could not be asked. */
export const unreachable = (sentence: string): Failure => new Failure(EXIT.unreachable, sentence);

/** So many faults of one document are shown; the rest is counted. */
const FAULTS_SHOWN = 50;

/** A document with faults, each on a line of its own. @param faults without a full stop at their ends */
export function shownFaults(name: string, faults: readonly string[]): Failure {
  const shown = faults.slice(0, FAULTS_SHOWN).map((fault) => `${name}: ${fault}.`);
  const more = faults.length - shown.length;
  return new Failure(EXIT.usage, more > 0 ? [...shown, `${more} more faults are not shown.`] : shown);
}
