import { refused } from '../failures.ts';
import { currentIo, type Io } from '../io.ts';
import { widthOf } from '../tables/columns.ts';
import { visibleSentence, visibleText } from '../tables/visible-text.ts';

/** Whether input comes from a terminal, where the command can ask. */
export function canAsk(): boolean {
  return currentIo().stdin.isTTY === true;
}

/** Questions at a terminal, one after the other. */
export interface Dialogue {
  /** Asks, and answers the line that was typed. */
  ask(question: string): Promise<string>;
  /** Asks for something that is not shown as it is typed. */
  askSecret(question: string): Promise<string>;
}

/**
 * Asks one question at the terminal, and answers the line that was typed.
 * @throws Failure if Ctrl-C or Ctrl-D ends it
 */
export function ask(question: string): Promise<string> {
  return inDialogue((dialogue) => dialogue.ask(question));
}

/**
 * Asks questions while the terminal itself echoes nothing: that is switched off before the first question is shown and
 * until the last one is answered, and what is typed is shown here, as far as the question allows it. So an e-mail
 * address and a password that are pasted together do not show the password.
 * @throws Failure if Ctrl-C or Ctrl-D ends it; the terminal is as it was before in any case
 */
export async function inDialogue<T>(work: (dialogue: Dialogue) => Promise<T>): Promise<T> {
  const { stdin, stderr } = currentIo();
  switchEcho(stdin, false);
  const lines = new TypedLines(stdin);
  const asked = async (question: string, secret: boolean): Promise<string> => {
    stderr.write(`${visibleSentence(question)} `);
    const line = await lines.next((shown) => !secret && stderr.write(shown));
    stderr.write('\n');
    if (line === undefined) throw refused('Nothing was done.');
    return line;
  };
  try {
    return await work({
      ask: (question) => asked(question, false),
      askSecret: (question) => asked(question, true),
    });
  } finally {
    lines.close();
    switchEcho(stdin, true);
  }
}

/** @throws Failure if the terminal does not do it: then nothing must be typed there that others may not see */
function switchEcho(stdin: Io['stdin'], echo: boolean): void {
  const { setRawMode } = stdin as Partial<NodeJS.ReadStream>;
  try {
    setRawMode?.call(stdin, !echo);
  } catch (error) {
    if (echo) return;
    throw refused(`Cannot switch off the echo of the terminal (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** What keys send that edit a line or end it. */
const KEY = { interrupt: '\x03', end: '\x04', clear: '\x15', erase: new Set(['\x7f', '\b']) };
/** What keys send that are no characters: arrows, and the marks that terminals put around what is pasted. */
const SEQUENCE = /\x1b(?:\[[0-9;?]*[@-~]|O.|[^[O])/y;
const characters = new Intl.Segmenter();

/** The lines that are typed at a terminal which sends every key by itself. */
class TypedLines {
  readonly #stdin: Io['stdin'];
  readonly #decoder = new TextDecoder();
  #typed = '';
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(stdin: Io['stdin']) {
    this.#stdin = stdin;
    stdin.on('data', this.#take);
    stdin.on('end', this.#end);
    stdin.resume();
  }

  /** The next line; undefined if it is broken off. @param show hears what a person would see of it */
  async next(show: (text: string) => void): Promise<string | undefined> {
    let line = '';
    for (;;) {
      if (this.#typed === '') {
        if (this.#ended) return undefined;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const key = this.#key();
      if (key === '\r' || key === '\n') {
        // A line that was pasted may end with both.
        if (key === '\r' && this.#typed.startsWith('\n')) this.#typed = this.#typed.slice(1);
        return line;
      }
      if (key === KEY.interrupt || (key === KEY.end && line === '')) return undefined;
      if (key === KEY.clear || KEY.erase.has(key)) {
        const kept = key === KEY.clear ? '' : withoutLast(line);
        show('\b \b'.repeat(widthOf(line) - widthOf(kept)));
        line = kept;
      } else if (key >= ' ') {
        line += key;
        show(visibleText(key));
      }
    }
  }

  close(): void {
    this.#stdin.off('data', this.#take);
    this.#stdin.off('end', this.#end);
    this.#stdin.pause();
  }

  /** One character, or one sequence of a key that is none and is left out. */
  #key(): string {
    SEQUENCE.lastIndex = 0;
    const length =
      SEQUENCE.exec(this.#typed)?.[0].length ?? String.fromCodePoint(this.#typed.codePointAt(0) ?? 0).length;
    const key = this.#typed.slice(0, length);
    this.#typed = this.#typed.slice(length);
    return key;
  }

  readonly #take = (chunk: Buffer | string): void => {
    this.#typed += typeof chunk === 'string' ? chunk : this.#decoder.decode(chunk, { stream: true });
    this.#wake?.();
  };

  readonly #end = (): void => {
    this.#ended = true;
    this.#wake?.();
  };
}

/** A line without what a person takes for its last character. */
function withoutLast(line: string): string {
  return [...characters.segment(line)]
    .slice(0, -1)
    .map(({ segment }) => segment)
    .join('');
}
