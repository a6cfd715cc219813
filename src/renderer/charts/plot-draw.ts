// The order in which a chart is drawn besides grid and axes: shade, bands and lines behind; guides, marks and labels above. Independent of
// Vue and Chart.js.
import { drawLabels } from './plot-labels.ts';
import { drawLines } from './plot-lines.ts';
import {
  drawBand,
  drawChanges,
  drawDisturbed,
  drawDisturbedLabel,
  drawEnding,
  drawGaps,
  drawMarkers,
} from './plot-marks.ts';
import { clipped, haloText, prominent, stroke, type Scene } from './plot-scene.ts';

/** Clipped to the plot area: everything below the lines, and the lines. */
export function drawBehind(scene: Scene): void {
  const { context, geometry, model, notes, theme } = scene;
  clipped(scene, () => {
    if (notes.shade !== null) {
      const right = Math.min(geometry.x(notes.shade.to), geometry.right);
      context.fillStyle = theme.shade;
      context.fillRect(geometry.left, geometry.top, Math.max(0, right - geometry.left), geometry.bottom - geometry.top);
    }
    drawDisturbed(scene);
    for (const line of prominent(scene)) drawBand(scene, line);
    drawLines(scene, model);
  });
}

/** Marks on the lines, guides, labels; drawn above the lines. */
export function drawAbove(scene: Scene): void {
  drawGuides(scene);
  drawShadeLabel(scene);
  drawDisturbedLabel(scene);
  drawAxisName(scene);
  clipped(scene, () => {
    for (const [at, line] of prominent(scene).entries()) if (line.strong) drawMarkers(scene, line, at);
    for (const line of prominent(scene)) drawGaps(scene, line);
    for (const line of prominent(scene)) drawChanges(scene, line);
  });
  for (const line of prominent(scene)) drawEnding(scene, line);
  drawLabels(scene);
}

function drawGuides({ context, geometry, notes, theme }: Scene): void {
  context.font = `10px ${theme.fontWords}`;
  for (const guide of notes.guides) {
    const y = geometry.y(guide.y);
    if (!(y >= geometry.top && y <= geometry.bottom)) continue;
    context.strokeStyle = theme.axis;
    context.lineWidth = 1;
    context.setLineDash([2, 3]);
    stroke(context, geometry.left, y, geometry.right, y);
    context.setLineDash([]);
    context.textAlign = 'right';
    haloText(context, guide.label, geometry.right, y - 4, theme.faint, theme.surface);
  }
}

function drawShadeLabel({ context, geometry, notes, theme }: Scene): void {
  if (notes.shade === null) return;
  const right = geometry.x(notes.shade.to);
  if (right <= geometry.left + 1 || right > geometry.right) return;
  context.font = `10px ${theme.fontWords}`;
  context.textAlign = 'left';
  haloText(context, notes.shade.label, right + 4, geometry.top + 9, theme.faint, theme.surface);
}

function drawAxisName({ context, geometry, notes, theme }: Scene): void {
  context.font = `10px ${theme.fontWords}`;
  context.textAlign = 'left';
  context.fillStyle = theme.faint;
  context.fillText(notes.xName, geometry.right + 20, geometry.bottom + 15);
}
