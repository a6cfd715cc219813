// Types that tie the languages together: a missing or misspelt text is a compile error.

/** The same tree as the English one with any text at the leaves. */
export type Translation<T> = { readonly [K in keyof T]: T[K] extends string ? string : Translation<T[K]> };

/** Dotted path of every text: `start.title`. */
export type TextPath<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${TextPath<T[K]>}`;
}[keyof T & string];
