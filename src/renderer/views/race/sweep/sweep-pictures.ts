// The plots of the Sweep panel as pictures with the names of the variants.
import type { ChartPicture } from '../../../charts/picture.ts';
import { domPicture } from '../../../charts/dom-picture.ts';
import type { RaceContext } from '../race-context.ts';

/** Above this many names the legend is cut. */
const mostNames = 24;

export function sweepPictures({ reading, visible }: Pick<RaceContext, 'reading' | 'visible'>): readonly ChartPicture[] {
  const legend = visible.value.slice(0, mostNames).map(({ key, name }) => ({ text: name, look: reading.lookOf(key) }));
  return [...document.querySelectorAll<SVGSVGElement>('.sweep svg.plot')].map((svg) => ({
    chart: svg.closest('.parallel') === null ? 'scatter' : 'parallel',
    title: svg.getAttribute('aria-label') ?? '',
    unit: '',
    legend,
    ...domPicture(svg),
  }));
}
