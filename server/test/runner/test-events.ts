/**
 * What a worker reports of the file that it runs, as messages between processes. Names are those of the suites around
 * a test and its own.
 */
export type TestEvent =
  | {
      readonly kind: 'passed';
      readonly names: readonly string[];
      readonly duration_ms: number;
    }
  | {
      readonly kind: 'failed';
      readonly names: readonly string[];
      readonly duration_ms: number;
      /** The error with its stack, as text. */
      readonly error: string;
    }
  | { readonly kind: 'skipped'; readonly names: readonly string[] }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'started' }
  /** The last event of a file. */
  | { readonly kind: 'finished' };

/** What the pool sends to a worker: run this file. */
export interface RunFile {
  readonly file: string;
}
