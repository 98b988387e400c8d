/**
 * Escapes every non-ASCII character of a JSON text. The services that these dialects come from always answered so, and
 * their Python 2 clients decode a response as ASCII before they parse it: one umlaut in a name would make a whole list
 * unreadable to them. Each surrogate is escaped separately, as JSON requires.
 */
export function asciiJson(text: string): string {
  // Most texts are ASCII already, and counting bytes costs a quarter of a search.
  if (Buffer.byteLength(text) === text.length) return text;
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
