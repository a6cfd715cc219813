// Width of text on a chart, in pixels, measured by the browser; without one an average letter width is used. Knows no
// chart.

const font = '"Segoe UI", Inter, Cantarell, system-ui, sans-serif';
const gap = 5;
const letter = 0.6;
let pen: CanvasRenderingContext2D | null | undefined;

function measure(text: string, weight: number, size: number): number {
  if (pen === undefined) pen = document.createElement('canvas').getContext('2d');
  if (!pen) return text.length * size * letter;
  pen.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily || font}`;
  return pen.measureText(text).width;
}

/** Width of an 11-pixel label at the end of a line. */
export const labelWidth = (label: string): number => measure(label, 500, 11);

/** Width of a label with its 10-pixel note, as in the charts' style sheet. */
export const textWidth = (label: string, note: string): number =>
  labelWidth(label) + (note === '' ? 0 : gap + noteWidth(note));

/** A note of 10 pixels. */
export const noteWidth = (note: string): number => measure(note, 400, 10);

/** Plain words of 11 pixels. */
export const wordsWidth = (words: string): number => measure(words, 400, 11);

/** As much of plain words as fits into so many pixels, with an ellipsis. */
export function fittedTo(words: string, room: number): string {
  if (wordsWidth(words) <= room) return words;
  const letters = [...words];
  let kept = letters.length - 1;
  while (kept > 1 && wordsWidth(`${letters.slice(0, kept).join('')}…`) > room) kept -= 1;
  return `${letters.slice(0, kept).join('')}…`;
}
