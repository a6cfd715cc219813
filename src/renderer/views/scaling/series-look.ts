// How a line of the scaling charts is named and drawn: colour and marker from the model, dash from the implementation.
import type { ModelInfo } from '../../../engine/spec/catalogue.ts';
import type { ScalingSeries } from '../../../engine/spec/scaling.ts';
import { identityOf, type Marker } from '../../identity/identity.ts';

export interface SeriesLook {
  /** `minGRU · log-scan`. */
  readonly name: string;
  readonly title: string;
  readonly implementation: string;
  /** CSS colour. */
  readonly colour: string;
  /** CSS dash list; empty = solid. */
  readonly dash: string;
  readonly marker: Marker;
  /** The parallel forms of a model are all solid; those of the paper have hollow marks. */
  readonly hollow: boolean;
}

const dashes: Readonly<Record<string, string>> = { loop: 'var(--dash-3)', scan: 'var(--dash-2)' };

export function lookOf(models: readonly ModelInfo[], { model, implementation }: ScalingSeries): SeriesLook {
  const place = models.findIndex(({ kind }) => kind === model);
  const { colour, marker } = identityOf(Math.max(0, place));
  const title = models[place]?.title ?? model;
  return {
    name: `${title} · ${implementation}`,
    title,
    implementation,
    colour: `var(${colour})`,
    dash: dashes[implementation] ?? '',
    marker,
    hollow: marker === 'ring' || implementation === 'log-scan',
  };
}
