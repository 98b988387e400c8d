/**
 * A JSON text with an escape for every character beyond ASCII. The services that these dialects were made for have always
 * answered so, and their Python 2 clients decode answers as ASCII before they parse them: one umlaut in a name would
 * make a whole list unreadable to them. Surrogates are escaped one by one, as JSON has it.
 */
export function asciiJson(text: string): string {
  // Most answers are ASCII as they are, and to count their bytes costs a quarter of a search.
  if (Buffer.byteLength(text) === text.length) return text;
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
