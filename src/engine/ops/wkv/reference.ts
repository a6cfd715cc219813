// The definition of wkv and wkvGrad: one loop over time per channel.
import type { ScanAttrs } from '../../kernel/cell.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { sigmoid } from '../unary/scalar-functions.ts';

/** The logarithm of no weight at all, as the published kernel has it. */
export const nothingYet = -1e38;

/** log(e^a + e^b). */
const logAdd = (a: number, b: number): number => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));

/** (u [B, T, 2H] = k | v, decay [H], bonus [H], s0? [B, 2H]) -> y, s [B, T, 2H] = mean | weight. */
export const wkvReference: ReferenceKernel<ScanAttrs> = ([u, decay, bonus, s0], [y, s]) => {
  const [batch, time, width] = y.shape;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let mean = s0?.data[n * 2 * width + c] ?? 0;
      let weight = s0?.data[n * 2 * width + width + c] ?? nothingYet;
      for (let t = 0; t < time; t++) {
        const row = n * time + t;
        const at = row * 2 * width + c;
        const [k, v] = [u.data[at], u.data[at + width]];
        y.data[row * width + c] = mean + sigmoid(k + bonus.data[c] - weight) * (v - mean);
        const old = weight + decay.data[c];
        mean += sigmoid(k - old) * (v - mean);
        weight = logAdd(k, old);
        s.data[at] = mean;
        s.data[at + width] = weight;
      }
    }
  }
};

/** (u, s, dy, ds?, decay, bonus, s0?) -> du, ddecay [B, H], dbonus [B, H] (, ds0). */
export const wkvGradReference: ReferenceKernel<ScanAttrs> = (inputs, [du, ddecay, dbonus, ds0], { states = false }) => {
  const [u, s, dy] = inputs;
  const ds = states ? inputs[3] : undefined;
  const [decay, bonus, s0] = inputs.slice(states ? 4 : 3);
  const [batch, time, width] = dy.shape;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let [atMean, atWeight, ofDecay, ofBonus] = [0, 0, 0, 0];
      for (let t = time - 1; t >= 0; t--) {
        const row = n * time + t;
        const at = row * 2 * width + c;
        const [k, v] = [u.data[at], u.data[at + width]];
        const before = (part: number, start: number): number =>
          t > 0 ? s.data[at - 2 * width + part * width] : (s0?.data[(n * 2 + part) * width + c] ?? start);
        const [mean, weight] = [before(0, 0), before(1, nothingYet)];
        atMean += ds?.data[at] ?? 0;
        atWeight += ds?.data[at + width] ?? 0;
        const open = sigmoid(k + bonus.data[c] - weight);
        const take = sigmoid(k - weight - decay.data[c]);
        const result = dy.data[row * width + c];
        const ofOpen = result * (v - mean) * open * (1 - open);
        const ofTake = atMean * (v - mean) * take * (1 - take);
        const atOld = atWeight * (1 - take) - ofTake;
        du.data[at] = ofOpen + ofTake + atWeight * take;
        du.data[at + width] = result * open + atMean * take;
        ofDecay += atOld;
        ofBonus += ofOpen;
        atMean = result * (1 - open) + atMean * (1 - take);
        atWeight = atOld - ofOpen;
      }
      ddecay.data[n * width + c] = ofDecay;
      dbonus.data[n * width + c] = ofBonus;
      if (ds0) ds0.data[n * 2 * width + c] = atMean;
      if (ds0) ds0.data[n * 2 * width + width + c] = atWeight;
    }
  }
};
