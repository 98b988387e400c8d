import { currentIo } from './io.ts';

/** What takes less time than this shows nothing. */
const QUIET_MS = 1_000;
const STEP_MS = 200;
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
 */
export function showProgress(doing: string): Progress {
  const { stderr } = currentIo();
  if (!stderr.isTTY) return SILENT;
  const begun = performance.now();
  let count = 0;
  let shown = false;
  const show = (): void => {
    const passed_ms = performance.now() - begun;
    if (passed_ms < QUIET_MS) return;
    shown = true;
    const so_far = count > 0 ? `, ${count} so far` : '';
    stderr.write(`${WIPE}${doing}: ${Math.floor(passed_ms / 1000)} s${so_far}`);
  };
  const timer = setInterval(show, STEP_MS);
  // Nothing is kept waiting for the sake of its being shown.
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
