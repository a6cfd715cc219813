// An LSTM as a whole layer by TensorFlow's own kernels: ops of this device's plan, for runs whose implementation needs `layers`. Only TensorFlow's
// library has them.
import { itemAt } from '../../core/item.ts';
import type { Program } from '../../graph/graph.ts';
import type { OpTable } from '../../graph/op-def.ts';
import { blockLstm, blockLstmGrad } from '../../ops/lstm/tfjs-block.ts';
import { opTable } from '../../ops/registry.ts';
import type { TfContext, TfKernel, TfNative, TfTensor } from '../../ops/tfjs-kernel.ts';
import type { CompileOptions } from '../device.ts';
import { opDefOf, type PrivateOp } from '../private-op.ts';
import { fuseLayers, layerForward, throughInput, type LayerAttrs, type LayerForms } from '../whole-layers.ts';

interface Attrs {
  readonly initial: boolean;
}

/** (weight, h, c, gates, dh, dc, x, weightIh, h0?, c0?) -> dx, dweight, dweightIh, dbias (, dh0, dc0). */
const backward: PrivateOp<Attrs> = {
  define(b, inputs, attrs) {
    const [x = -1, weightIh = -1, ...start] = inputs.slice(6);
    const [dgx = -1, dweight = -1, ...dstart] = b.apply('lstmGrad', [...inputs.slice(0, 6), ...start], attrs);
    const [dx, dweightIh, dbias] = throughInput(b, dgx, { x, weightIh });
    return [dx, dweight, dweightIh, dbias, ...dstart];
  },
};

export const layerOps = { 'layer.lstm': layerForward, 'layer.lstmGrad': backward };

/** All ops of this device's plans. */
export const tensorOps: OpTable = {
  ...opTable,
  'layer.lstm': opDefOf(layerForward),
  'layer.lstmGrad': opDefOf(backward),
};

const forms: LayerForms = {
  forward({ cell, product, x, weight, weightIh, bias, start }) {
    const attrs: LayerAttrs = { initial: start.length > 0, bias: bias !== null };
    const inputs = [x, weight, weightIh, ...(bias === null ? [] : [bias]), ...start];
    return { op: 'layer.lstm', inputs, outputs: cell.outputs, attrs, replaces: [product] };
  },
  /** The library's kernel gives all gradients; those that nothing reads get a value of their own. */
  backward({ cell, layer, onward, ofWeight, sum, shared }, typeOf) {
    if (layer === null || shared) return null;
    const [weight = -1] = cell.inputs;
    const [, dweight = -1, ...dstart] = cell.outputs;
    const attrs: Attrs = { initial: dstart.length > 0 };
    const inputs = [...cell.inputs.slice(0, 6), layer.x, layer.weightIh, ...cell.inputs.slice(6)];
    const [rows = 0] = typeOf(weight).shape;
    const outputs = [
      onward?.outputs[0] ?? typeOf(layer.x),
      dweight,
      ofWeight?.outputs[0] ?? typeOf(layer.weightIh),
      sum?.outputs[0] ?? { shape: [rows], dtype: 'f32' as const },
      ...dstart,
    ];
    return { op: 'layer.lstmGrad', inputs, outputs, attrs, replaces: [onward, ofWeight, sum] };
  },
};

/** Whether a run must be computed by whole layers. */
export const wantsLayers = ({ needs }: CompileOptions): boolean => needs === 'layers';

/** The program as this device runs it. */
export const ownProgram = (program: Program, options: CompileOptions): Program =>
  wantsLayers(options) ? fuseLayers(program, forms, tensorOps) : program;

/** TensorFlow's library; without it the device refuses programs that need it (index.ts). */
function libraryOf({ native }: TfContext): TfNative {
  if (native === null) throw new Error("lstm as a whole layer must have TensorFlow's own library, got none");
  return native;
}

/** Zeros for each row of a matrix. */
const noBias = ({ tf }: TfContext, { shape }: TfTensor): TfTensor => tf.fill([itemAt(shape, 0)], 0, 'float32');

const forwardKernel: TfKernel<LayerAttrs> = (context, inputs, attrs) => {
  const [x, weight, weightIh] = [itemAt(inputs, 0), itemAt(inputs, 1), itemAt(inputs, 2)];
  const bias = attrs.bias ? itemAt(inputs, 3) : noBias(context, weightIh);
  const [h0, c0] = inputs.slice(attrs.bias ? 4 : 3);
  return blockLstm(context, libraryOf(context), [x, weight], { weightIh, bias }, { h0, c0 });
};

const backwardKernel: TfKernel<Attrs> = (context, inputs, { initial }) => {
  const [x, weightIh] = [itemAt(inputs, 6), itemAt(inputs, 7)];
  const [h0, c0] = inputs.slice(8);
  const bias = noBias(context, weightIh);
  const input = { x, weightIh, bias };
  const found = blockLstmGrad(context, libraryOf(context), inputs.slice(0, 6), input, { h0, c0 });
  const { dx, dweight, dweightIh, dbias, dh0, dc0 } = found;
  return [dx, dweight, dweightIh, dbias, ...(initial ? [dh0, dc0] : [])];
};

export const layerKernels: Readonly<Record<string, TfKernel<never>>> = {
  'layer.lstm': forwardKernel,
  'layer.lstmGrad': backwardKernel,
};
