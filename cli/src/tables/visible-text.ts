/** Characters that move the cursor, colour the terminal, end lines, or turn round the order in which one reads. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
/** The same but for what makes lines, as texts of programs have it. */
const WITHIN_LINES = /(?!\t|\r?\n)[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A text as a table shows it: whatever others wrote into it, it does nothing to a terminal. Line breaks stay. */
export const visibleText = (text: string): string =>
  text.replace(CONTROLS, (char) => {
    if (char === '\n') return char;
    return char <= '\u00ff' ? `\\x${hex(char).slice(2)}` : `\\u${hex(char)}`;
  });

/** A sentence, on one line, that does nothing to a terminal. */
export const visibleSentence = (text: string): string => visibleText(text).replace(/\s*\n\s*/g, ' ');

/** What programs read, for the eyes of people: lines and tabs stay, and JSON stays JSON. */
export const visibleLines = (text: string): string => text.replace(WITHIN_LINES, (char) => `\\u${hex(char)}`);

const hex = (char: string): string => char.charCodeAt(0).toString(16).padStart(4, '0');
