/** A text for people in which files are named without the folders of the machine that they are in. */
export function withoutPaths(text: string): string {
  return text.replace(/file:\/\/\/[^\s'"`,;)]*\//g, '').replace(/(?<![\w:/.@-])\/(?:[^\s/'"`,;:)]+\/)+/g, '');
}
