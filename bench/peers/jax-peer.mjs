// jax-js as a contender: the text step with its own gradients, compiled by its jit; Adam as its formula. An operation consumes its arrays,
// hence the `.ref`. MINRNN_PEER_FOLDER is the folder of an installed @jax-js/jax.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serve } from './lines.mjs';

const {
  init,
  defaultDevice,
  jit,
  nn,
  numpy: np,
  valueAndGrad,
} = await import(pathToFileURL(join(process.env.MINRNN_PEER_FOLDER, 'dist/index.js')).href);
await init('wasm');
defaultDevice('wasm');

const g = (x) => np.where(np.greaterEqual(x.ref, 0), x.ref.add(0.5), nn.sigmoid(x));

/** h_t = a_t h_{t-1} + b_t by doubling (Hillis and Steele): every step combines with the one `shift` before. */
function scan(a, b, length) {
  for (let shift = 1; shift < length; shift *= 2) {
    const before = (x, fill) =>
      np.pad(
        x.slice([], [0, length - shift]),
        [
          [0, 0],
          [shift, 0],
          [0, 0],
        ],
        { constantValues: fill },
      );
    const earlier = before(b.ref, 0);
    b = b.add(a.ref.mul(earlier));
    if (shift * 2 < length) a = a.ref.mul(before(a, 1));
    else a.dispose?.();
  }
  return b;
}

/** The same, one step after the other. */
function loop(a, b, length) {
  const at = (x, t) => x.ref.slice([], t);
  const h = [at(b, 0)];
  for (let t = 1; t < length; t++)
    h.push(
      at(a, t)
        .mul(h[t - 1].ref)
        .add(at(b, t)),
    );
  a.dispose?.();
  b.dispose?.();
  return np.stack(h, 1);
}

const recurrences = { 'doubling scan': scan, loop };

function layer(x, weight, bias, [rows, length, width], recurrence) {
  const u = np.matmul(x, np.transpose(weight)).add(bias);
  const [k, v] = [u.ref.slice([], [0, width]), u.slice([], [width, 2 * width])].map((part) =>
    part.reshape([rows, length, width]),
  );
  const z = nn.sigmoid(k);
  return recurrence(np.subtract(1, z.ref), z.mul(g(v)), length).reshape([rows * length, width]);
}

function open({ weights, ids, targets, layers }, variant) {
  const recurrence = recurrences[variant];
  const names = Object.keys(weights);
  const array = ({ values, shape }) => np.array(new Float32Array(values)).reshape(shape);
  const [vocabulary, width] = weights.embedding.shape;
  const shape = [...ids.shape, width];
  const hot = ({ values }) => {
    const rows = new Float32Array(values.length * vocabulary);
    values.forEach((token, i) => (rows[i * vocabulary + token] = 1));
    return np.array(rows).reshape([values.length, vocabulary]);
  };
  const [input, wanted] = [hot(ids), hot(targets)];
  const forward = (w, rows, answers) => {
    let x = np.matmul(rows, w.embedding);
    for (let i = 0; i < layers; i++) x = layer(x, w[`w${i}`], w[`b${i}`], shape, recurrence);
    const logits = np.matmul(x, np.transpose(w.head)).add(w.headBias);
    return np.mean(np.sum(answers.mul(nn.logSoftmax(logits)), 1)).neg();
  };
  const differentiate = jit(valueAndGrad(forward));
  const update = jit((w, m, v, grad, c1, c2) => {
    const first = m.mul(0.9).add(grad.ref.mul(0.1));
    const second = v.mul(0.999).add(grad.ref.mul(grad).mul(0.001));
    const change = first.ref
      .div(c1)
      .div(np.sqrt(second.ref.div(c2)).add(1e-8))
      .mul(1e-3);
    return [w.sub(change), first, second];
  });
  const zero = (name) => np.zeros(weights[name].shape);
  const state = Object.fromEntries(names.map((name) => [name, [array(weights[name]), zero(name), zero(name)]]));
  let count = 0;
  return async () => {
    count++;
    const w = Object.fromEntries(names.map((name) => [name, state[name][0].ref]));
    const [loss, grads] = differentiate(w, input.ref, wanted.ref);
    for (const name of names) {
      const [p, m, v] = state[name];
      state[name] = update(p, m, v, grads[name], np.array(1 - 0.9 ** count), np.array(1 - 0.999 ** count));
    }
    for (const name of names) await state[name][0].blockUntilReady?.();
    return Number((await loss.data())[0]);
  };
}

await serve('jax-js', open);
