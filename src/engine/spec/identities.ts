// Which place of the identity cycle (colour, dash, marker) new runs get. A model has its own place, its position among all models, so that
// it looks the same everywhere. Pure; independent of colours.

/** Colours of the cycle; with the next dash they repeat. */
export const IDENTITY_COLOURS = 8;
const DASHES = 4;

interface Places {
  /** Kinds of all models, in the order of the catalogue. */
  readonly models: readonly string[];
  readonly taken: Iterable<number>;
}

/**
 * One free place per variant. The first variant of a model gets the model's own; further ones get a colour that no model has, then the
 * model's colour with another dash, then the next free place.
 */
export function identitiesFor(variants: readonly string[], { models, taken }: Places): readonly number[] {
  const used = new Set(taken);
  const spare = Array.from({ length: IDENTITY_COLOURS }, (_, colour) => colour).slice(models.length);
  let next = 1 + Math.max(models.length - 1, ...used);
  return variants.map((model) => {
    const own = models.indexOf(model);
    const dashed = Array.from({ length: DASHES - 1 }, (_, dash) => own + IDENTITY_COLOURS * (dash + 1));
    const wishes = own < 0 ? spare : [own, ...spare, ...dashed.filter((place) => place >= models.length)];
    let place = wishes.find((one) => !used.has(one));
    if (place === undefined) {
      while (used.has(next)) next += 1;
      place = next;
    }
    used.add(place);
    return place;
  });
}
