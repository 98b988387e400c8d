const GAP = '  ';
const PLAIN = /^[ -~]*$/;
/** Characters that take two places in a terminal: pictures, and the scripts and forms of East Asia. */
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;
const characters = new Intl.Segmenter();

/**
 * Sets rows in columns with space between them: no borders, nothing cut, no space at the ends of lines. Cells may
 * have several lines. Linear in the number of rows, as lists can be long: cli-table3 took 7 s for 10,000 rows.
 */
export function inColumns(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.split('\n')));
  const widths: number[] = [];
  for (const row of cells) {
    row.forEach((lines, column) => {
      for (const line of lines) widths[column] = Math.max(widths[column] ?? 0, widthOf(line));
    });
  }
  return cells.map((row) => rowText(row, widths)).join('');
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
