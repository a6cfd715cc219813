// Which place of the identity cycle (colour, dash, marker) new runs get. A model has a place of its own, the one it has among all models, so
// that it looks alike wherever it is drawn. Pure; independent of colours.

/** Colours of the cycle; a dash further, they come again. */
export const IDENTITY_COLOURS = 8;
const DASHES = 4;

interface Places {
  /** Kinds of all models, in the order of the catalogue. */
  readonly models: readonly string[];
  readonly taken: Iterable<number>;
}

/**
 * One place a variant, none of them taken. The first variant of a model gets the model's own; further ones a colour that no model has,
 * then the model's colour with another dash, then whatever comes next.
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
