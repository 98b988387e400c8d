import type { Session } from '../command.ts';
import { EXIT, Failure, refused } from '../failures.ts';
import type { View } from '../tables/printing.ts';
import { showProgress } from './progress.ts';

/** What became of one line of a file. */
export interface LineOutcome {
  line: string;
  done: boolean;
  error: string | null;
}

/**
 * Does something for each line, one after the other, and prints what became of each; a terminal sees how far it is. One
 * that is refused keeps nothing from the others. What cannot reach the service ends it, and so does Ctrl-C once the line
 * is done that is under way; what became of the lines so far is printed.
 * @param named what a line is called
 * @throws Failure at the end, if any was refused
 */
export async function eachLine<T, R extends object>(
  session: Session,
  lines: readonly T[],
  named: (line: T) => string,
  work: (line: T) => Promise<R>,
  view: View<LineOutcome & R>,
): Promise<void> {
  const outcomes: (LineOutcome & Partial<R>)[] = [];
  let end: unknown;
  const progress = showProgress('Working', lines.length);
  const stop = (): void => {
    end = refused('Stopped; give the lines that are not listed again, for the rest.');
  };
  process.once('SIGINT', stop);
  for (const line of lines) {
    if (end !== undefined) break;
    progress.reached(outcomes.length);
    try {
      outcomes.push({ line: named(line), done: true, error: null, ...(await work(line)) });
    } catch (error) {
      if (!(error instanceof Failure) || error.exitCode !== EXIT.refused) {
        end = error;
        break;
      }
      outcomes.push({ line: named(line), done: false, error: error.message } as LineOutcome & Partial<R>);
    }
  }
  process.removeListener('SIGINT', stop);
  progress.end();
  session.list(outcomes as (LineOutcome & R)[], view);
  const done = outcomes.filter((outcome) => outcome.done).length;
  session.tell(`${done} of ${lines.length} done.`);
  if (end !== undefined) throw end;
  if (done < lines.length) throw refused(`${lines.length - done} could not be done.`);
}
