// Two competing species over 42 days: numbers counted on seven of them, and equations for any others. Su 2018, kexue.fm/archives/5643. The counts are
// what Euler's method with a step of 0.1 gives, rounded; the exact solution differs in one of them (282.47, not 283). Independent of networks.

/** x' = r x (1 - x / N) - a x (the other): r, 1/N, a of each. */
export const nature = {
  rate: [0.1, 0.3],
  limit: [0.002, 0.003],
  harm: [1e-4, 2e-4],
} as const;

/** Days on which both were counted, and the counts. */
export const counts = [
  { day: 0, both: [100, 150] },
  { day: 10, both: [165, 283] },
  { day: 15, both: [197, 290] },
  { day: 30, both: [280, 276] },
  { day: 36, both: [305, 269] },
  { day: 40, both: [318, 266] },
  { day: 42, both: [324, 264] },
] as const;

export const days = 43;

export type Both = readonly [number, number];

function slope([x, y]: Both): Both {
  const { rate, limit, harm } = nature;
  return [rate[0] * x * (1 - x * limit[0]) - harm[0] * x * y, rate[1] * y * (1 - y * limit[1]) - harm[1] * x * y];
}

const along = ([x, y]: Both, [u, v]: Both, step: number): Both => [x + step * u, y + step * v];

/** Runge-Kutta 4 in steps of a tenth of a day: its error is below 1e-4, which float32 cannot tell apart from none at 300. */
const perDay = 10;

/** Both numbers on every day from these on. */
export function trajectory(start: Both): readonly Both[] {
  const step = 1 / perDay;
  const all: Both[] = [start];
  let now = start;
  for (let day = 1; day < days; day++) {
    for (let i = 0; i < perDay; i++) {
      const k1 = slope(now);
      const k2 = slope(along(now, k1, step / 2));
      const k3 = slope(along(now, k2, step / 2));
      const k4 = slope(along(now, k3, step));
      const mean = (i: 0 | 1): number => (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]) / 6;
      now = along(now, [mean(0), mean(1)], step);
    }
    all.push(now);
  }
  return all;
}
