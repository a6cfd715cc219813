// The identity of a text, whatever its name, and which texts a run has learned from. Pure data and its words.

/** A text identified by its content. */
export interface TextIdentity {
  /** Its name where the run learned it. */
  readonly name: string;
  /** What a person called it there; absent where it is the same, and in older sessions. */
  readonly title?: string;
  /** Of its UTF-8, lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
  /** Its vocabulary: the SHA-256 of the code of each symbol (uint32, little-endian, ascending), and how many there are. */
  readonly symbols: { readonly sha256: string; readonly count: number };
}

/** From `step` on a run learns from this text; null = not recorded. */
export interface TextUse {
  readonly step: number;
  readonly text: TextIdentity | null;
}

export const sameText = (a: TextIdentity, b: TextIdentity): boolean =>
  a.sha256 === b.sha256 && a.symbols.sha256 === b.symbols.sha256;

/** The current use; null = not recorded, or the run needs no text. */
export const textOfRun = (uses: readonly TextUse[]): TextIdentity | null => uses.at(-1)?.text ?? null;

/** The uses after the first known text: a run with any has learned from other data than it began with. */
export function otherTexts(uses: readonly TextUse[]): readonly (TextUse & { readonly text: TextIdentity })[] {
  const known = uses.filter((use): use is TextUse & { readonly text: TextIdentity } => use.text !== null);
  return known.slice(1);
}

/** `3f9a2b…`: enough of a hash to distinguish two texts on a screen. */
export const shortHash = (sha256: string): string => sha256.slice(0, 12);
