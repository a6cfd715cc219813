// Marks on a canvas, for the screen: the same marks that `scene-svg.ts` writes to files. Independent of charts.
import { markerPath } from '../../engine/spec/look.ts';
import { hatching, walkCurve, type BarMark, type Mark, type Pen, type TextMark } from '../../engine/spec/scene.ts';

type Canvas = CanvasRenderingContext2D;

function useStroke(canvas: Canvas, { colour, width = 1, dash = [] }: Pen): void {
  canvas.strokeStyle = colour;
  canvas.lineWidth = width;
  canvas.setLineDash([...dash]);
}

function strokeBar(canvas: Canvas, bar: BarMark, pen: Pen): void {
  useStroke(canvas, { ...pen, width: pen.width ?? 0.5 });
  canvas.strokeRect(bar.x, bar.y, bar.width, bar.height);
  if (bar.fill !== null) return;
  useStroke(canvas, pen);
  canvas.beginPath();
  for (const [from, to] of hatching(bar)) {
    canvas.moveTo(...from);
    canvas.lineTo(...to);
  }
  canvas.stroke();
}

function drawText(canvas: Canvas, mark: TextMark, fonts: string): void {
  const [x, y] = mark.at;
  canvas.font = `${mark.weight} ${mark.size}px ${mark.fonts ?? fonts}`;
  canvas.textAlign = mark.anchor === 'middle' ? 'center' : mark.anchor;
  if (mark.halo !== undefined) {
    useStroke(canvas, { colour: mark.halo, width: 3 });
    canvas.strokeText(mark.words, x, y);
  }
  canvas.fillStyle = mark.colour;
  canvas.fillText(mark.words, x, y);
}

function drawPoint(canvas: Canvas, { at, marker, radius, fill, opacity = 1, pen }: Mark & { kind: 'point' }): void {
  const path = new Path2D(markerPath(marker, radius));
  canvas.save();
  canvas.translate(...at);
  canvas.globalAlpha *= opacity;
  canvas.fillStyle = fill;
  canvas.fill(path);
  canvas.restore();
  if (pen === undefined) return;
  canvas.save();
  canvas.translate(...at);
  useStroke(canvas, pen);
  canvas.stroke(path);
  canvas.restore();
}

function drawGroup(canvas: Canvas, { at, marks, clip }: Mark & { kind: 'group' }, fonts: string): void {
  canvas.save();
  canvas.translate(...at);
  if (clip !== undefined) {
    canvas.beginPath();
    canvas.rect(clip.x, clip.y, clip.width, clip.height);
    canvas.clip();
  }
  drawMarks(canvas, marks, fonts);
  canvas.restore();
}

function drawArea(canvas: Canvas, { outline, fill, opacity }: Mark & { kind: 'area' }): void {
  canvas.beginPath();
  for (const spot of outline) canvas.lineTo(...spot);
  canvas.closePath();
  canvas.globalAlpha = opacity;
  canvas.fillStyle = fill;
  canvas.fill();
  canvas.globalAlpha = 1;
}

function drawStretches(canvas: Canvas, mark: Mark & { kind: 'rule' | 'line' | 'curve' }): void {
  useStroke(canvas, mark.pen);
  canvas.beginPath();
  if (mark.kind === 'curve') {
    walkCurve(
      mark,
      (x, y) => canvas.moveTo(x, y),
      (x, y) => canvas.lineTo(x, y),
    );
  } else {
    for (const stretch of mark.kind === 'rule' ? [[mark.from, mark.to]] : mark.stretches) {
      for (const [at, spot] of stretch.entries()) {
        if (at === 0) canvas.moveTo(...spot);
        else canvas.lineTo(...spot);
      }
    }
  }
  canvas.stroke();
}

/** One after the other, so that later ones lie on top; `fonts` is the family of texts that name none. Leaves the canvas as it was. */
export function drawMarks(canvas: Canvas, marks: readonly Mark[], fonts: string): void {
  canvas.save();
  canvas.lineJoin = 'round';
  canvas.textBaseline = 'alphabetic';
  for (const mark of marks) {
    switch (mark.kind) {
      case 'rule':
      case 'line':
      case 'curve':
        drawStretches(canvas, mark);
        break;
      case 'area':
        drawArea(canvas, mark);
        break;
      case 'bar':
        canvas.fillStyle = mark.fill ?? 'transparent';
        canvas.fillRect(mark.x, mark.y, mark.width, mark.height);
        if (mark.pen !== undefined) strokeBar(canvas, mark, mark.pen);
        break;
      case 'point':
        drawPoint(canvas, mark);
        break;
      case 'text':
        drawText(canvas, mark, fonts);
        break;
      case 'group':
        drawGroup(canvas, mark, fonts);
        break;
    }
  }
  canvas.restore();
}
