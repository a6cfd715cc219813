// Choosing models from the catalogue: what is shown for a search and filters, and what is added to the grid. Pure; independent of forms.
import {
  offered,
  type Catalogue,
  type DeviceInfo,
  type MixerSize,
  type ModelInfo,
} from '../../../../../engine/spec/catalogue.ts';
import { families, type Family } from '../../../../../engine/spec/families.ts';
import type { ExperimentSpec, VariantSpec } from '../../../../../engine/spec/run-spec.ts';

/** Properties a person can ask for. */
export const traits = ['constant', 'parallel', 'here'] as const;
export type Trait = (typeof traits)[number];

/** Around each model: one network for all of them, or the one it was published in. */
export const arounds = ['equal', 'published'] as const;
export type Around = (typeof arounds)[number];

export type Sizes = Readonly<Record<string, MixerSize | null>>;

export interface Wish {
  readonly search: string;
  /** Null = all. */
  readonly family: Family | null;
  readonly traits: ReadonlySet<Trait>;
}

interface Known {
  readonly sizes: Sizes;
  readonly device: DeviceInfo | undefined;
}

/** Whether a model has a property; a size that is not known yet leaves none out. */
export function hasTrait(model: ModelInfo, trait: Trait, { sizes, device }: Known): boolean {
  if (trait === 'constant') return (sizes[model.kind]?.growth ?? 0) === 0;
  if (trait === 'parallel') return model.family !== 'nonlinear';
  return model.implementations.some((one) => offered(one, device));
}

/** Every word of the search occurs in the name, its sentence in the person's language, the paper or the year. */
export function matches(model: ModelInfo, summary: string, search: string): boolean {
  const text = [model.title, model.kind, summary, model.paper, model.year].join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export interface Group {
  readonly family: Family;
  readonly models: readonly ModelInfo[];
}

/** The models that a person asks for, by family, each in the order of years. */
export function groupsOf(
  models: readonly ModelInfo[],
  wish: Wish,
  known: Known,
  summaryOf: (model: ModelInfo) => string,
): readonly Group[] {
  const found = models.filter(
    (model) =>
      matches(model, summaryOf(model), wish.search) && [...wish.traits].every((trait) => hasTrait(model, trait, known)),
  );
  return families
    .filter((family) => wish.family === null || wish.family === family)
    .map((family) => ({
      family,
      models: found.filter((model) => model.family === family).sort((a, b) => a.year - b.year),
    }))
    .filter((group) => group.models.length > 0);
}

/** One row for each, in the order they were chosen; in its published network if that is asked for and it has one. */
export function addModels(
  draft: ExperimentSpec,
  kinds: readonly string[],
  around: Around,
  { models }: Catalogue,
): ExperimentSpec {
  const rows = kinds.map((kind): VariantSpec => {
    const published = models.find((model) => model.kind === kind)?.published;
    return around === 'published' && published !== undefined ? { model: kind, fields: published } : { model: kind };
  });
  return { ...draft, variants: [...draft.variants, ...rows] };
}
