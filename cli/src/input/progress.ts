import { currentIo } from '../io.ts';

/** What takes less time than this shows nothing. */
const QUIET_MS = 1_000;
const STEP_MS = 200;
/** Where a terminal does not tell its width. */
const PLAIN_WIDTH = 80;
/** To the beginning of the line, which is wiped. */
const WIPE = '\r\u001b[K';

/** Tells how far some work is, on one line. */
export interface Progress {
  /** So many things are done by now. */
  reached(count: number): void;
  /** The work is over, and the line is gone. */
  end(): void;
}

const SILENT: Progress = { reached: () => undefined, end: () => undefined };

/**
 * Shows on stderr, where that is a terminal, how many things were done and how long it has taken, once it takes long.
 * @param doing what is done, such as `Reading`
 * @param total how many things there are to do, where that is known: a bar shows how far they are
 */
export function showProgress(doing: string, total?: number): Progress {
  const { stderr, env } = currentIo();
  // Such a terminal cannot wipe a line.
  if (!stderr.isTTY || env['TERM'] === 'dumb') return SILENT;
  const begun = Date.now();
  let count = 0;
  let shown = false;
  const show = (): void => {
    const passed_ms = Date.now() - begun;
    if (passed_ms < QUIET_MS) return;
    shown = true;
    const state = total === undefined ? elapsedText(passed_ms, count) : barText(passed_ms, count, total);
    // A line that is broken by the edge of the terminal could not be wiped.
    stderr.write(WIPE + `${doing}: ${state}`.slice(0, (stderr.columns || PLAIN_WIDTH) - 1));
  };
  const timer = setInterval(show, STEP_MS);
  // The display never delays the work.
  timer.unref();
  return {
    reached: (reached) => {
      count = reached;
    },
    end: () => {
      clearInterval(timer);
      if (shown) stderr.write(WIPE);
    },
  };
}

const seconds = (ms: number): string => `${Math.floor(ms / 1000)} s`;

const elapsedText = (passed_ms: number, count: number): string =>
  seconds(passed_ms) + (count > 0 ? `, ${count} so far` : '');

const BAR_CELLS = 24;

/** The bar, the numbers, and how long the rest will take if it goes on like this. */
function barText(passed_ms: number, count: number, total: number): string {
  const full = Math.floor((BAR_CELLS * count) / total);
  const left = count > 0 ? `, ${seconds((passed_ms / count) * (total - count))} left` : '';
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_CELLS - full)}] ${count} of ${total}${left}`;
}
