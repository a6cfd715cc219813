// How wide words on a chart are, in pixels. Asks the browser's own text measuring; where there is none, an average letter must do. Knows no
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

/** A name of 11 pixels beside the end of a line. */
export const labelWidth = (label: string): number => measure(label, 500, 11);

/** A name with its note of 10 pixels, as the charts' style sheet sets them. */
export const textWidth = (label: string, note: string): number =>
  labelWidth(label) + (note === '' ? 0 : gap + measure(note, 400, 10));
