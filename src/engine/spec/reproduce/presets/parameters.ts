// The parameter ratios of "Were RNNs All We Needed?", sections 3.1 and 3.2: minGRU against GRU, minLSTM against LSTM, by the expansion of the state. The
// article counts the matrices of the recurrence alone; the other two countings are ours.
import { asIs, say, verbatim, type Message } from '../../../core/say.ts';
import type { Computed, Counted, RatioPart, RatioRow } from '../computed.ts';
import { theArticle } from './common.ts';

interface Pair {
  readonly over: string;
  readonly under: string;
  readonly title: string;
  /** In whole per cent, at expansion 1, 2, 3, 4. */
  readonly printed: readonly number[];
}

const pairs: readonly Pair[] = [
  { over: 'minGru', under: 'gru', title: 'minGRU / GRU', printed: [33, 22, 17, 13] },
  { over: 'minLstm', under: 'lstm', title: 'minLSTM / LSTM', printed: [38, 25, 19, 15] },
];

const countedAs: Readonly<Record<Counted, Message>> = {
  matrices: say`matrices of the recurrence`,
  down: say`with down-projection`,
  biases: say`with down-projection and biases`,
};

/** Without biases a ratio is the same at every width; this one is that of the article's selective copying. */
const width = 64;

const rowsOf = ({ over, under, title, printed }: Pair, counted: Counted): readonly RatioRow[] =>
  printed.map((percent, at) => ({
    cells: [verbatim(title), countedAs[counted], verbatim(String(at + 1))],
    ...(counted === 'matrices' ? { published: percent } : {}),
    over: { model: over, width, expansion: at + 1, counted },
    under: { model: under, width, expansion: at + 1, counted },
  }));

const groups = pairs.flatMap((pair) =>
  (['matrices', 'down', 'biases'] as const).map((counted) => ({ pair, counted, rows: rowsOf(pair, counted) })),
);

const parts: readonly RatioPart[] = groups
  .filter(({ counted }) => counted === 'matrices')
  .map(({ pair, rows }) => ({
    says: say`${asIs(pair.title)}: ${asIs(pair.printed.join(', '))} % of the weights at expansion 1, 2, 3, 4.`,
    rows,
  }));

export const parameters: Computed = {
  kind: 'computed',
  id: 'parameters',
  title: say`Parameters`,
  subject: say`Weights of minGRU and minLSTM against GRU and LSTM`,
  source: `${theArticle}, sections 3.1 and 3.2`,
  claim: say`A minimal recurrence has a fraction of the weights of the classic one; the wider its state, the smaller the fraction.`,
  heads: [say`Models`, say`Counted`, say`Expansion`],
  rows: groups.flatMap(({ rows }) => rows),
  parts,
  notes: [
    say`The article counts the matrices of the recurrence alone. Every model of it also projects the state back to its width, with equally many weights on both sides, so its real models save less.`,
    say`Biases depend on the width, here ${width}: GRU and LSTM have two for each gate, as torch does, the minimal ones one.`,
    say`What is counted are the weights of the models as they are trained here, not formulas.`,
  ],
};
