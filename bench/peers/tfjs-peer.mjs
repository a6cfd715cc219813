// Stock TensorFlow.js as a contender: the text step as its documentation suggests (loop over time, automatic gradients, built-in Adam), and
// faster ways of writing the recurrence. MINRNN_PEER_FOLDER is `wasm` or the folder of an installed tfjs-node.
import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { serve } from './lines.mjs';

const where = process.env.MINRNN_PEER_FOLDER;
async function load() {
  if (where !== 'wasm') {
    const require = createRequire(join(where, 'package.json'));
    // Node 23 removed functions that tfjs-node still calls.
    const util = require('node:util');
    util.isNullOrUndefined ??= (value) => value === null || value === undefined;
    util.isArray ??= Array.isArray;
    return { tf: require(where), name: 'tfjs-node' };
  }
  const require = createRequire(import.meta.url);
  const tf = require('@tensorflow/tfjs-core');
  // The core alone registers no gradients, and the file that does omits file extensions, which only bundlers accept.
  registerHooks({
    resolve: (name, context, next) => {
      const bare = name.startsWith('.') && !name.endsWith('.js') && context.parentURL?.includes('tfjs-core');
      return next(bare ? `${name}.js` : name, context);
    },
  });
  await import('@tensorflow/tfjs-core/dist/register_all_gradients.js');
  const wasm = require('@tensorflow/tfjs-backend-wasm');
  wasm.setThreadsCount(Number(process.env.MINRNN_THREADS ?? 2));
  await tf.setBackend('wasm');
  await tf.ready();
  return { tf, name: 'tfjs wasm' };
}

const { tf, name } = await load();

const g = (x) => tf.where(tf.greaterEqual(x, 0), tf.add(x, 0.5), tf.sigmoid(x));

const each = (x) => tf.unstack(x, 1);

/** h_t = a_t h_{t-1} + b_t along the second axis, one step after the other. */
function loop(a, b) {
  const [as, bs] = [each(a), each(b)];
  const h = [bs[0]];
  for (let t = 1; t < bs.length; t++) h.push(tf.add(tf.mul(as[t], h[t - 1]), bs[t]));
  return tf.stack(h, 1);
}

/** The same by doubling (Hillis and Steele): every step combines with the one `shift` before. */
function doubling(a, b) {
  const length = a.shape[1];
  for (let shift = 1; shift < length; shift *= 2) {
    const before = (x, fill) =>
      tf.pad(
        tf.slice(x, [0, 0, 0], [-1, length - shift, -1]),
        [
          [0, 0],
          [shift, 0],
          [0, 0],
        ],
        fill,
      );
    b = tf.add(b, tf.mul(a, before(b, 0)));
    if (shift * 2 < length) a = tf.mul(a, before(a, 1));
  }
  return b;
}

/** `recurrence` with the gradient written out: the same recurrence backward in time, so that no step is recorded. */
const byHand = (recurrence) =>
  tf.customGrad((a, b, save) => {
    const h = recurrence(a, b);
    save([a, h]);
    const gradFunc = (dh, [kept, states]) => {
      const length = kept.shape[1];
      const rows = (x, from) => tf.slice(x, [0, from, 0], [-1, length - 1, -1]);
      const edge = tf.zeros([kept.shape[0], 1, kept.shape[2]]);
      const later = tf.concat([rows(kept, 1), edge], 1);
      const db = tf.reverse(recurrence(tf.reverse(later, 1), tf.reverse(dh, 1)), 1);
      return [tf.mul(db, tf.concat([edge, rows(states, 0)], 1)), db];
    };
    return { value: h, gradFunc };
  });

const recurrences = {
  loop,
  'doubling scan': doubling,
  'loop, gradient by hand': byHand(loop),
  'doubling scan, gradient by hand': byHand(doubling),
};

function minGru(x, weight, bias, recurrence) {
  const [rows, length, width] = x.shape;
  const u = tf.add(tf.matMul(tf.reshape(x, [rows * length, width]), weight, false, true), bias);
  const [k, v] = tf.split(tf.reshape(u, [rows, length, 2 * width]), 2, 2);
  const z = tf.sigmoid(k);
  return recurrence(tf.sub(1, z), tf.mul(z, g(v)));
}

function open({ weights, ids, targets, layers }, variant) {
  const recurrence = recurrences[variant];
  const of = ({ values, shape }) => tf.variable(tf.tensor(values, shape, 'float32'));
  const w = Object.fromEntries(Object.entries(weights).map(([key, value]) => [key, of(value)]));
  const vocabulary = weights.embedding.shape[0];
  const [rows, length] = ids.shape;
  const hot = (tensor) => tf.cast(tf.oneHot(tf.tensor1d(tensor.values, 'int32'), vocabulary), 'float32');
  const [input, wanted] = [hot(ids), hot(targets)];
  const adam = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
  const forward = () => {
    // The gradient of a gather has no kernel in every backend; a product with one-hot rows is the same sum.
    let x = tf.reshape(tf.matMul(input, w.embedding), [rows, length, -1]);
    for (let i = 0; i < layers; i++) x = minGru(x, w[`w${i}`], w[`b${i}`], recurrence);
    const logits = tf.add(tf.matMul(tf.reshape(x, [rows * length, -1]), w.head, false, true), w.headBias);
    return tf.neg(tf.mean(tf.sum(tf.mul(wanted, tf.logSoftmax(logits)), 1)));
  };
  return async () => {
    const loss = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(forward);
      adam.applyGradients(grads);
      return value;
    });
    const [value] = await loss.data();
    loss.dispose();
    return value;
  };
}

await serve(`${name} ${tf.version_core ?? tf.version?.['tfjs-core'] ?? ''}`.trim(), open);
