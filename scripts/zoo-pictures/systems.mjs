// What each system of the zoo keeps of its state, writes into it and reads from it, for the pictures of docs/user/zoo.md. Each part says what it
// follows from: `fixed` (learned numbers, the same at every step), `input`, or `state` (the input and the state before). A line break is `|`.

/** @typedef {{ says: string, from: 'fixed' | 'input' | 'state' }} Part */
/** @typedef {{ title: string, keep: Part, write: Part, read: Part, state: { form: 'column' | 'turning' | 'pair' | 'modes' | 'table' | 'rows', says: string } }} System */

const fixed = (says) => ({ says, from: 'fixed' });
const input = (says) => ({ says, from: 'input' });
const state = (says) => ({ says, from: 'state' });

const column = { form: 'column', says: 'H numbers' };
const turning = { form: 'turning', says: 'H complex numbers' };
const table = (says) => ({ form: 'table', says });
const modes = (says) => ({ form: 'modes', says });

/** @type {Record<string, System>} */
export const systems = {
  minGru: {
    title: 'minGRU',
    keep: input('1 − z'),
    write: input('z · candidate'),
    read: fixed('as it is'),
    state: column,
  },
  minLstm: {
    title: 'minLSTM',
    keep: input('f / (f + i)'),
    write: input('i / (f + i)|· candidate'),
    read: fixed('as it is'),
    state: column,
  },
  gru: {
    title: 'GRU',
    keep: state('z'),
    write: state('(1 − z) · tanh|(W x + r · U h)'),
    read: fixed('as it is'),
    state: column,
  },
  lstm: {
    title: 'LSTM',
    keep: state('f'),
    write: state('i · tanh|(W x + U h)'),
    read: state('o · tanh(c)'),
    state: { form: 'pair', says: 'H numbers c, H numbers h' },
  },
  elman: {
    title: 'Elman RNN',
    keep: fixed('U h'),
    write: input('W x'),
    read: state('tanh of both,|which is the state'),
    state: column,
  },
  qrnn: {
    title: 'QRNN',
    keep: input('f'),
    write: input('(1 − f) · tanh(z)'),
    read: input('o · c'),
    state: { form: 'column', says: 'H numbers, the last input' },
  },
  gilr: { title: 'GILR', keep: input('g'), write: input('(1 − g) · act(V x)'), read: fixed('as it is'), state: column },
  sru: {
    title: 'SRU',
    keep: state('f, which may|see its own cell'),
    write: state('(1 − f) · V x'),
    read: state('r · c + (1 − r) · x'),
    state: column,
  },
  hgrn: {
    title: 'HGRN',
    keep: input('f, never under|the floor of its layer'),
    write: input('(1 − f) · silu(I x)'),
    read: input('norm, gate silu(G x)'),
    state: column,
  },
  hgrnComplex: {
    title: 'HGRN (complex)',
    keep: input('f, and a turn by|a learned angle'),
    write: input('(1 − f) · complex|candidate'),
    read: input('norm, gate silu(G x)'),
    state: turning,
  },
  mlgru: {
    title: 'MLGRU',
    keep: input('f, weights|−1, 0 or 1'),
    write: input('(1 − f) · silu(I x),|weights −1, 0 or 1'),
    read: input('gate, then weights|−1, 0 or 1'),
    state: column,
  },
  rgLru: {
    title: 'RG-LRU',
    keep: input('a = exp(−8 r|· softplus(L))'),
    write: input('√(1 − a²) · i · x'),
    read: fixed('as it is'),
    state: column,
  },
  lru: {
    title: 'LRU',
    keep: fixed('λ: fades, turns'),
    write: fixed('exp(γ) · B x'),
    read: fixed('Re(C h) + D x'),
    state: turning,
  },
  slru: { title: 'SLRU', keep: fixed('λ: fades'), write: fixed('exp(γ) · W x'), read: fixed('W h'), state: column },
  rwkv4: {
    title: 'RWKV-4',
    keep: fixed('decay e^(−e^w)'),
    write: input('weight e^k,|value v'),
    read: input('mean by weight,|newest with bonus u,|gate sig(r)'),
    state: { form: 'pair', says: 'H means, H weights, last input' },
  },
  aaren: {
    title: 'Aaren',
    keep: fixed('everything'),
    write: input('weight e^(q · k),|value v; q learned'),
    read: fixed('mean by weight'),
    state: { form: 'pair', says: 'H means, H weights' },
  },
  s6: {
    title: 'S6',
    keep: input('exp(Δ A)'),
    write: input('Δ · B · u'),
    read: input('C · h + D u'),
    state: modes('N numbers a channel'),
  },
  s4: {
    title: 'S4',
    keep: fixed('matrix: diagonal|plus rank one'),
    write: fixed('B̄ u'),
    read: fixed('C x + D u'),
    state: modes('N complex a channel'),
  },
  h3: {
    title: 'H3',
    keep: fixed('fades, turns'),
    write: input('shifted k · v'),
    read: input('q · (C x)'),
    state: modes('N complex a channel, a window'),
  },
  s4d: {
    title: 'S4D',
    keep: fixed('exp(Δ A): fades,|turns'),
    write: fixed('B̄ u'),
    read: fixed('2 Re(C x) + D u'),
    state: modes('N complex a channel'),
  },
  s5: {
    title: 'S5',
    keep: fixed('exp(Δ A): fades,|turns'),
    write: fixed('B̄ u, B full'),
    read: fixed('2 Re(C x) + D u'),
    state: turning,
  },
  linearAttention: {
    title: 'Linear attention',
    keep: fixed('everything'),
    write: input('row φ(k),|value v'),
    read: input('row φ(q),|divided by n'),
    state: table('d × d a head, n'),
  },
  retention: {
    title: 'RetNet',
    keep: fixed('γ, one a head'),
    write: input('row k, value v'),
    read: input('row q, norm, gate'),
    state: table('d × 2d a head'),
  },
  gla: {
    title: 'GLA',
    keep: input('α, one a row'),
    write: input('row k, value v'),
    read: input('row q, norm, gate'),
    state: table('d/2 × d a head'),
  },
  hgrn2: {
    title: 'HGRN2',
    keep: input('f, one a row'),
    write: input('row 1 − f,|value I x'),
    read: input('row q, norm'),
    state: table('d × d a head'),
  },
  mLstm: {
    title: 'mLSTM',
    keep: input('sig(f), one a head'),
    write: input('e^i · row k,|value v'),
    read: input('row q,|divided by n · q'),
    state: table('d × d a head, n, m'),
  },
  transformer: {
    title: 'Transformer',
    keep: fixed('everything'),
    write: input('a new row:|key and value'),
    read: input('q asks all rows,|softmax'),
    state: { form: 'rows', says: '2 H numbers a position: grows' },
  },
  gau: {
    title: 'GAU',
    keep: fixed('everything'),
    write: input('a new row:|key and value'),
    read: input('q asks all rows,|gate u'),
    state: { form: 'rows', says: 'H + s numbers a position: grows' },
  },
  hyena: {
    title: 'Hyena',
    keep: fixed('everything'),
    write: input('a new row: v · x₁'),
    read: input('learned filter over|all rows, gate x₀'),
    state: { form: 'rows', says: 'H numbers a position: grows' },
  },
  ode: {
    title: 'ODE recurrence',
    keep: input('1 − z'),
    write: state('z · tanh|(W x + U h)'),
    read: fixed('as it is'),
    state: column,
  },
  slstm: {
    title: 'sLSTM',
    keep: state('sig(f)'),
    write: state('e^i · tanh(z)'),
    read: state('o · c / n'),
    state: { form: 'pair', says: 'H numbers each of c / n, n, y' },
  },
};
