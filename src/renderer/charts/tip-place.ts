// Position of the table of values: next to the cursor on the side with more space and limited in width, so that it never covers the cursor
// or the edge of its chart. Pure.

/** Distances from the cursor and from the edge. */
const BESIDE = 12;
const EDGE = 4;

interface TipPlace {
  /** One of the two, in pixels from that edge of the chart. */
  readonly left: number | null;
  readonly right: number | null;
  readonly room: number;
}

export function besideCursor(x: number, width: number): TipPlace {
  const room = Math.max(0, Math.max(x, width - x) - BESIDE - EDGE);
  return x > width / 2 ? { left: null, right: width - x + BESIDE, room } : { left: x + BESIDE, right: null, room };
}

export const tipStyle = ({ left, right, room }: TipPlace): Readonly<Record<string, string>> => ({
  ...(left === null ? {} : { left: `${left}px` }),
  ...(right === null ? {} : { right: `${right}px` }),
  maxWidth: `${room}px`,
});
