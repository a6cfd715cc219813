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
  labelWidth(label) + (note === '' ? 0 : gap + measure(note, 400, 10));
