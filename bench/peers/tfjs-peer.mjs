// Stock TensorFlow.js as a contender: the text step as its documentation would have it written (loop over time, its own gradients, its
// own Adam). MINRNN_PEER_FOLDER is `wasm` or the folder of an installed tfjs-node.
import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { serve } from './lines.mjs';

const where = process.env.MINRNN_PEER_FOLDER;
async function load() {
  if (where !== 'wasm') {
    const require = createRequire(join(where, 'package.json'));
    // Node 23 removed what tfjs-node still asks for.
    const util = require('node:util');
    util.isNullOrUndefined ??= (value) => value === null || value === undefined;
    util.isArray ??= Array.isArray;
    return { tf: require(where), name: 'tfjs-node' };
  }
  const require = createRequire(import.meta.url);
  const tf = require('@tensorflow/tfjs-core');
  // The core alone registers no gradients, and the file that does leaves out extensions, as bundlers allow.
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

function minGru(x, weight, bias) {
  const [rows, length, width] = x.shape;
  const u = tf.add(tf.matMul(tf.reshape(x, [rows * length, width]), weight, false, true), bias);
  const [k, v] = tf.split(tf.reshape(u, [rows, length, 2 * width]), 2, 2);
  const z = tf.sigmoid(k);
  const [a, b] = [tf.unstack(tf.sub(1, z), 1), tf.unstack(tf.mul(z, g(v)), 1)];
  const h = [b[0]];
  for (let t = 1; t < length; t++) h.push(tf.add(tf.mul(a[t], h[t - 1]), b[t]));
  return tf.stack(h, 1);
}

function open({ weights, ids, targets, layers }) {
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
    for (let i = 0; i < layers; i++) x = minGru(x, w[`w${i}`], w[`b${i}`]);
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
