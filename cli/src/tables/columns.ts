const GAP = '  ';
const PLAIN = /^[ -~]*$/;
/** Characters that take two places in a terminal: pictures, and the scripts and forms of East Asia. */
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;
const characters = new Intl.Segmenter();

/** Where a line may be broken: between words, but not between the day and the hour of a time. */
const BREAK = /(?<!^\d{4}-\d{2}-\d{2}) /;
/** So much room a column of words has at least. */
const WORDS_MIN = 12;

/**
 * Sets rows in columns with space between them: no borders, no space at the ends of lines. Cells may have several
 * lines. Where a line of the terminal has `width` characters, cells are wrapped between their words until the rows fit,
 * the widest column first; a word, and so an identifier, is never cut. Linear in the number of rows, as lists can be
 * long: cli-table3 took 7 s for 10,000 rows.
 */
export function inColumns(rows: readonly (readonly string[])[], width = Number.POSITIVE_INFINITY): string {
  const cells = rows.map((row) => row.map((cell) => cell.split('\n')));
  const widths = widthsOf(cells, widthOf);
  const room = fitted(widths, widthsOf(cells, longestWord), width);
  if (room === widths) return cells.map((row) => rowText(row, widths)).join('');
  const wrapped = cells.map((row) =>
    row.map((lines, column) => lines.flatMap((line) => wrapLine(line, room[column] ?? 0))),
  );
  return wrapped.map((row) => rowText(row, room)).join('');
}

/** Whether rows fit between these margins once their cells are wrapped. */
export function fitsInto(rows: readonly (readonly string[])[], width: number): boolean {
  const cells = rows.map((row) => row.map((cell) => cell.split('\n')));
  return totalOf(leastOf(widthsOf(cells, widthOf), widthsOf(cells, longestWord))) <= width;
}

/** How narrow columns can become: no word is cut, and there is room for a few words. */
function leastOf(widths: readonly number[], words: readonly number[]): number[] {
  return words.map((word, column) => Math.max(word, Math.min(WORDS_MIN, widths[column] ?? 0)));
}

function widthsOf(
  cells: readonly (readonly (readonly string[])[])[],
  measure: (line: string) => number,
): number[] {
  const widths: number[] = [];
  for (const row of cells) {
    row.forEach((lines, column) => {
      for (const line of lines) widths[column] = Math.max(widths[column] ?? 0, measure(line));
    });
  }
  return widths;
}

/** The room of each column, so that all fit if that can be; the same list where they fit as they are. */
function fitted(widths: readonly number[], words: readonly number[], width: number): readonly number[] {
  let excess = totalOf(widths) - width;
  if (excess <= 0) return widths;
  const room = [...widths];
  const least = leastOf(widths, words);
  while (excess > 0) {
    const spare = room.map((one, column) => (one > (least[column] ?? 0) ? one : 0));
    const widest = spare.indexOf(Math.max(...spare));
    if (spare[widest] === 0) break;
    room[widest] = (room[widest] ?? 0) - 1;
    excess -= 1;
  }
  return room;
}

const totalOf = (widths: readonly number[]): number =>
  widths.reduce((sum, one) => sum + one, 0) + GAP.length * Math.max(0, widths.length - 1);

const longestWord = (line: string): number =>
  line.split(BREAK).reduce((longest, word) => Math.max(longest, widthOf(word)), 0);

/** A line in lines of at most so many places, broken between words. */
function wrapLine(line: string, room: number): string[] {
  if (widthOf(line) <= room) return [line];
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(BREAK)) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && widthOf(longer) > room) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return [...lines, current];
}

function rowText(row: readonly (readonly string[])[], widths: readonly number[]): string {
  const height = Math.max(...row.map((lines) => lines.length));
  let text = '';
  for (let at = 0; at < height; at += 1) {
    const line = row.map((lines, column) => padded(lines[at] ?? '', widths[column] ?? 0)).join(GAP);
    text += `${line.trimEnd()}\n`;
  }
  return text;
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(width - widthOf(text));
}

/** How many places a text takes in a terminal. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of characters.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}
