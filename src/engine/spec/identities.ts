// Which place of the identity cycle (colour, dash, marker) new runs get. A model has its own place, its position among all models, so that
// it looks the same everywhere. Pure; independent of colours.

/** Colours of the cycle; with the next dash they repeat, and after all dashes with the next marker. */
export const IDENTITY_COLOURS = 8;
export const IDENTITY_DASHES = 4;
export const IDENTITIES = 256;

interface Places {
  /** Kinds of all models, in the order of the catalogue. */
  readonly models: readonly string[];
  readonly taken: Iterable<number>;
}

/** Places with the colour of this one, those with another dash first. */
function likeIt(own: number): readonly number[] {
  const dashOf = (place: number): number => Math.floor(place / IDENTITY_COLOURS) % IDENTITY_DASHES;
  const all = Array.from({ length: IDENTITIES / IDENTITY_COLOURS }, (_, cycle) => cycle * IDENTITY_COLOURS);
  const places = all.map((first) => first + (own % IDENTITY_COLOURS)).filter((place) => place !== own);
  const isAlike = (place: number): boolean => dashOf(place) === dashOf(own);
  return [...places.filter((place) => !isAlike(place)), ...places.filter(isAlike)];
}

/**
 * One free place per variant. The first variant of a model gets the model's own; further ones get a colour that no model has, then the
 * model's colour with another dash, or at least another marker, then the next free place.
 */
export function identitiesFor(variants: readonly string[], { models, taken }: Places): readonly number[] {
  const used = new Set(taken);
  const spare = Array.from({ length: IDENTITY_COLOURS }, (_, colour) => colour).slice(models.length);
  let next = 1 + Math.max(models.length - 1, ...used);
  return variants.map((model) => {
    const own = models.indexOf(model);
    const wishes = own < 0 ? spare : [own, ...spare, ...likeIt(own).filter((place) => place >= models.length)];
    let place = wishes.find((one) => !used.has(one));
    if (place === undefined) {
      while (used.has(next)) next += 1;
      place = next;
    }
    used.add(place);
    return place;
  });
}
