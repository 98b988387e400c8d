/**
 * What a reader cannot see: code points that are drawn as nothing, and format characters such as the marks that turn
 * the direction of text. Two names that differ only in these look the same.
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

/** Whether the text contains a character that a reader cannot see. */
export function hasInvisible(text: string): boolean {
  return text.search(INVISIBLE) >= 0;
}

/**
 * The form in which two names are compared where letter case matters: Unicode's compatibility composition (NFKC),
 * without invisible characters, with each run of white space as one space and none at the ends.
 */
export function nameKey(text: string): string {
  return text.normalize('NFKC').replace(INVISIBLE, '').replace(/\s+/gu, ' ').trim().normalize('NFKC');
}

/**
 * The form in which texts are compared where letter case does not matter, as for user names and searches: `nameKey`,
 * case-folded. JavaScript has no case folding of its own. Lower case, upper case and lower case again come to the same,
 * except for the Greek final sigma, which is written like the ordinary one here; the first step makes "ss" of the
 * capital sharp s too.
 */
export function foldText(text: string): string {
  return nameKey(nameKey(text).toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ'));
}

/** `foldText` of a part of a text: white space at its ends separates words and is kept, as one space each. */
export function foldPart(text: string): string {
  const folded = foldText(text);
  if (folded === '') return /\s/u.test(text) ? ' ' : '';
  return `${/^\s/u.test(text) ? ' ' : ''}${folded}${/\s$/u.test(text) ? ' ' : ''}`;
}
