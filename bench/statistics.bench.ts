// Coverage of the intervals and error rates of the rules of verdicts (src/engine/spec/statistics), simulated again with fixed random numbers beside what
// docs/user/statistics.md promises. Measures no time. Run: node bench/statistics.bench.ts [samples]
import { RandomStream } from '../src/engine/core/philox.ts';
import { bootstrapOf, drawnResamples, exactBootstrap } from '../src/engine/spec/statistics/bootstrap.ts';
import { boundedMeanInterval } from '../src/engine/spec/statistics/bounded-mean.ts';
import type { Claim } from '../src/engine/spec/statistics/claims.ts';
import { pairedDifference, welchDifference } from '../src/engine/spec/statistics/differences.ts';
import { poiInterval, mannWhitney } from '../src/engine/spec/statistics/ranks.ts';
import { sampleOf, type Interval } from '../src/engine/spec/statistics/sample.ts';
import { failingLooks, judge, judgeLooking, usualLooks, type Look } from '../src/engine/spec/statistics/verdicts.ts';
import { record } from './measure.ts';

const samples = Number(process.argv[2] ?? 3000);
const sizes = [3, 5, 10] as const;

interface Shape {
  readonly name: string;
  readonly mean: number;
  readonly draw: (random: RandomStream) => number;
  /** From 0 to 1, as accuracies are. */
  readonly bounded?: true;
}

const solvedWith = (share: number): Shape => ({
  name: `0.99 or 0.40, P(solved) ${share}`,
  mean: share * 0.99 + (1 - share) * 0.4,
  draw: (random) => (random.uniform() < share ? 0.99 : 0.4) + 0.004 * (random.uniform() - 0.5),
  bounded: true,
});

const normal: Shape = { name: 'normal', mean: 0, draw: (random) => random.normal() };
const exponential: Shape = { name: 'exponential (skew 2)', mean: 1, draw: (random) => -Math.log(1 - random.uniform()) };
const lognormal: Shape = {
  name: 'lognormal (skew 6)',
  mean: Math.exp(0.5),
  draw: (random) => Math.exp(random.normal()),
};
const shapes: readonly Shape[] = [normal, exponential, lognormal, solvedWith(0.5), solvedWith(0.8), solvedWith(0.9)];
/** What accuracies may look like: spread out, leaning to one side, and in two heaps. */
const accuracies: readonly Shape[] = [
  { name: 'uniform', mean: 0.5, draw: (random) => random.uniform(), bounded: true },
  { name: 'near 1', mean: 0.8, draw: (random) => random.uniform() ** 0.25, bounded: true },
  ...shapes.filter(({ bounded }) => bounded),
];

const drawn = (shape: Shape, n: number, random: RandomStream): number[] =>
  Array.from({ length: n }, () => shape.draw(random));

/** Per cent of draws for which something is so. */
function percent(name: string, times: number, isSo: (random: RandomStream) => boolean): number {
  const random = new RandomStream(2024, name);
  let hits = 0;
  for (let i = 0; i < times; i++) hits += Number(isSo(random));
  return (100 * hits) / times;
}

const covers = (interval: Interval | null | undefined, mean: number): boolean =>
  interval !== null && interval !== undefined && interval[0] <= mean && mean <= interval[1];

type Drawn = (values: readonly number[]) => Interval | null | undefined;

/** Of the mean; every interval sees the same samples. */
function coverage(shape: Shape, n: number, interval: Drawn, times: number): number {
  return percent(`${shape.name} ${n}`, times, (random) => covers(interval(drawn(shape, n, random)), shape.mean));
}

/** The bootstrap as section 3 has it; at ten values a thousand resamples, the same places for all samples. */
const places = drawnResamples(
  Array.from({ length: 10 }, (_, i) => i),
  'bench',
  0.95,
).slice(0, 1000);
const resampled = (values: readonly number[]) =>
  values.length < 9 ? exactBootstrap(values, 'mean', 0.95) : bootstrapOf(values, places, 'mean', 0.95);

interface Row {
  readonly what: string;
  readonly figures: readonly number[];
  readonly promised: string;
}

const tInterval: Drawn = (values) => sampleOf(values, 0.95)?.interval;

function coverageRows(): readonly Row[] {
  const few = (n: number): number => (n === 10 ? Math.ceil(samples / 3) : samples);
  const promisedT = [
    '94.9 / 95.2 / 95.1',
    '88.3 / 87.8 / 90.1',
    '83.5 / 82.3 / 84.1',
    '74.9 / 93.9 / 94.3',
    '47.7 / 66.5 / 88.6',
    '27.0 / 40.9 / 65.0',
  ];
  const promisedBca = [
    '68.5 / 84.0 / 89.8',
    '65.4 / 80.1 / 87.6',
    '58.9 / 74.7 / 82.4',
    '74.8 / 93.9 / 97.3',
    '47.7 / 66.2 / 87.6',
    '27.0 / 40.1 / 63.6',
  ];
  const t = shapes.map((shape, at) => ({
    what: `t, ${shape.name}`,
    figures: sizes.map((n) => coverage(shape, n, tInterval, samples)),
    promised: promisedT[at],
  }));
  const bca = shapes.map((shape, at) => ({
    what: `BCa bootstrap, ${shape.name}`,
    figures: sizes.map((n) => coverage(shape, n, (values) => resampled(values).bca ?? [values[0], values[0]], few(n))),
    promised: promisedBca[at],
  }));
  const bounded = accuracies.map((shape) => ({
    what: `bounded mean, ${shape.name}`,
    figures: sizes.map((n) => coverage(shape, n, (values) => boundedMeanInterval(values, 0.95, 0, 1), samples / 4)),
    promised: 'worst of five 99.2 / 99.3 / 98.4',
  }));
  return [...t, ...bca, ...bounded];
}

/** Two variants from one distribution: how often a test at 5 % says that they differ. */
function differenceRows(): readonly Row[] {
  const rate = (shape: Shape, n: number, p: (a: readonly number[], b: readonly number[]) => number | null): number =>
    percent(`differs ${shape.name} ${n}`, samples, (random) => {
      const found = p(drawn(shape, n, random), drawn(shape, n, random));
      return found !== null && found < 0.05;
    });
  return shapes.flatMap((shape) => [
    {
      what: `Welch, ${shape.name}`,
      figures: sizes.map((n) => rate(shape, n, (a, b) => welchDifference(a, b, 0.95).p)),
      promised: '1.0 to 4.8',
    },
    {
      what: `paired t, ${shape.name}`,
      figures: sizes.map((n) => rate(shape, n, (a, b) => pairedDifference(a, b, 0.95).p)),
      promised: '1.2 to 5.3',
    },
  ]);
}

const holds = (claim: Claim): boolean => judge(claim).verdict === 'holds';
const fewer = Math.ceil(samples / 2);

function verdictRows(): readonly Row[] {
  const of = (what: string, promised: string, isWrong: (n: number, random: RandomStream) => boolean): Row => ({
    what,
    figures: sizes.map((n) => percent(`${what} ${n}`, fewer, (random) => isWrong(n, random))),
    promised,
  });
  const failing = solvedWith(0.9);
  const steady = (n: number, random: RandomStream): number[] =>
    Array.from({ length: n }, () => 0.9 + 0.004 * (random.uniform() - 0.5));
  return [
    of('"A reaches x" holds, true mean = x, normal', '4.4 to 5.8', (n, random) =>
      holds({ kind: 'reaches', a: drawn(normal, n, random), x: 0 }),
    ),
    of('"reaches 0.95" by t, solved by 0.9: mean is 0.931', '73 / 59 / 35', (n, random) =>
      holds({ kind: 'reaches', a: drawn(failing, n, random), x: 0.95 }),
    ),
    of('the same by counts, solved by half', 'at most 5', (n, random) =>
      holds({ kind: 'reaches', a: drawn(solvedWith(0.5), n, random), x: 0.95, canFail: true }),
    ),
    of('"A = B within 1 sd" holds, true difference 1 sd', '1 to 4', (n, random) =>
      holds({ kind: 'equals', a: drawn(normal, n, random).map((x) => x + 1), b: drawn(normal, n, random), delta: 1 }),
    ),
    of('"B better than A" by Welch, A steady at 0.90, B solved by 0.8', '51 / 32 / 11', (n, random) =>
      holds({ kind: 'better', a: drawn(solvedWith(0.8), n, random), b: steady(n, random) }),
    ),
    of('"A = B" by means alone, solved by 0.9 and 0.7', '25 at n = 3', (n, random) =>
      holds({ kind: 'equals', a: drawn(failing, n, random), b: drawn(solvedWith(0.7), n, random), delta: 0.02 }),
    ),
    of('the same with the check of solved shares', '0', (n, random) =>
      holds({
        kind: 'equals',
        a: drawn(failing, n, random),
        b: drawn(solvedWith(0.7), n, random),
        delta: 0.02,
        canFail: true,
        solvedAt: 0.95,
      }),
    ),
    of('"A > B > C" holds, three alike', '0', (n, random) =>
      holds({ kind: 'order', arms: [1, 2, 3].map(() => drawn(normal, n, random)) }),
    ),
    of(
      '"A > B > C" does not hold, three alike',
      '2',
      (n, random) =>
        judge({ kind: 'order', arms: [1, 2, 3].map(() => drawn(normal, n, random)) }).verdict === 'does-not-hold',
    ),
  ];
}

/** The interval of P(A > B), truly 0.9. */
function improvementRow(): Row {
  const shift = Math.SQRT2 * 1.2815515655446004;
  return {
    what: 'interval of P(A > B), truly 0.9',
    figures: sizes.map((n) =>
      percent(`poi ${n}`, fewer, (random) => {
        const a = drawn(normal, n, random).map((x) => x + shift);
        return covers(poiInterval(mannWhitney(a, drawn(normal, n, random)).poi, n, n), 0.9);
      }),
    ),
    promised: '95.2 / 94.8 / 96.4',
  };
}

/** Two alike: how often looking again and again ends in a difference. */
function lookRows(): readonly Row[] {
  const looking = (what: string, looks: readonly Look[], promised: string, canFail = false): Row => {
    const n = Math.max(...looks.map(({ seeds }) => seeds));
    const shape = canFail ? solvedWith(0.8) : normal;
    const figure = percent(what, fewer, (random) => {
      const claim = { kind: 'better', a: drawn(shape, n, random), b: drawn(shape, n, random), canFail } as const;
      return judgeLooking(claim, looks).verdict !== 'not-decided';
    });
    return { what, figures: [figure], promised };
  };
  const every = Array.from({ length: 18 }, (_, at) => ({ seeds: at + 3, alpha: 0.05 }));
  return [
    looking(
      'looks at 3, 5, 10, each at 5 %',
      usualLooks.map(({ seeds }) => ({ seeds, alpha: 0.05 })),
      '12.0',
    ),
    looking('after every seed from 3 to 20 at 5 %', every, '23'),
    looking('looks at 3, 5, 10 at their levels', usualLooks, '4.5'),
    looking('two heaps: looks at 6, 12 at their levels', failingLooks, 'at most 5', true),
  ];
}

const sections = [
  { title: 'Coverage of 95 % intervals of the mean, in % (n = 3 / 5 / 10)', rows: coverageRows() },
  { title: 'Two variants alike: "they differ" at 5 %, in %', rows: differenceRows() },
  { title: 'Verdicts: how often each is given, in %', rows: [...verdictRows(), improvementRow()] },
  { title: 'Looking again: "they differ" in the end, in %', rows: lookRows() },
];

const line = ({ what, figures, promised }: Row): string =>
  `| ${what} | ${figures.map((figure) => figure.toFixed(1)).join(' / ')} | ${promised} |`;

const markdown = sections
  .map(
    ({ title, rows }) =>
      `## ${title}\n\n| what | here | promised |\n| --- | --- | --- |\n${rows.map(line).join('\n')}\n`,
  )
  .join('\n');
record('statistics', { samples, sections }, [
  `# Coverage and error rates\n\n\`node bench/statistics.bench.ts\`: ${samples} samples (fewer for the bootstrap, bounded means and verdicts: one standard error is at most ${(50 / Math.sqrt(samples / 4)).toFixed(1)} points), random numbers from Philox with a fixed seed. "Promised" is what docs/user/statistics.md and its decision rest on, simulated independently.\n\n${markdown}`,
]);
console.log(markdown);
