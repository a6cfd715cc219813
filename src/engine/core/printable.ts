// Makes text from files and people safe for a terminal: characters that would move the cursor, change colours, ring the bell or change the
// writing direction are shown as their codes. Pure.

/** C0, C1 and DEL; marks and overrides of direction; line and paragraph separators. */
const controls = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const escaped: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const codeOf = (letter: string): string =>
  escaped[letter] ?? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** One line: a name, a path, a message. */
export const printable = (text: string): string => text.replace(controls, codeOf);

/** The same, keeping line ends and tabs: for a note, a table, a text that a model wrote. */
export const printableLines = (text: string): string =>
  text.replace(controls, (letter) => (letter === '\n' || letter === '\t' ? letter : codeOf(letter)));
