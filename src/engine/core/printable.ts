// Text of files and people on its way to a terminal: whatever would move the cursor, change colours, ring, or turn the direction of
// reading is shown as its code instead of being obeyed. Pure.

/** C0, C1 and DEL; marks and overrides of direction; line and paragraph separators. */
const controls = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const escaped: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const codeOf = (letter: string): string =>
  escaped[letter] ?? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** One line: a name, a path, a message. */
export const printable = (text: string): string => text.replace(controls, codeOf);

/** The same where line ends and tabs are meant: a note, a table, a text that a model wrote. */
export const printableLines = (text: string): string =>
  text.replace(controls, (letter) => (letter === '\n' || letter === '\t' ? letter : codeOf(letter)));
