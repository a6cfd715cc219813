// The plots of the Sweep panel as they are there, as pictures with the names of the variants they show.
import type { ChartPicture } from '../../../charts/picture.ts';
import { domPicture } from '../../../charts/dom-picture.ts';
import type { RaceContext } from '../race-context.ts';

/** More names than a legend can hold. */
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
