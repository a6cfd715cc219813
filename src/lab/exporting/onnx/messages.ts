// ONNX's messages (onnx.proto3) from plain values, as far as networks here need them. Field numbers are those of the published file.
import { Message } from '../protobuf.ts';

export const elementTypes = { float: 1, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof elementTypes;

/** A number is a fixed extent, a text one that the caller chooses. */
export type Extent = number | string;

export interface NodeSpec {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: readonly Message[];
  readonly name: string;
}

export const intAttribute = (name: string, value: number): Message =>
  new Message().text(1, name).int(3, value).int(20, 2);
export const floatAttribute = (name: string, value: number): Message =>
  new Message().text(1, name).float(2, value).int(20, 1);
export const intsAttribute = (name: string, values: readonly number[]): Message =>
  new Message().text(1, name).ints(8, values).int(20, 7);
export const graphAttribute = (name: string, graph: Message): Message =>
  new Message().text(1, name).message(6, graph).int(20, 5);

export const nodeMessage = ({ op, inputs, outputs, attributes = [], name }: NodeSpec): Message =>
  new Message().texts(1, inputs).texts(2, outputs).text(3, name).text(4, op).messages(5, attributes);

const littleEndian = (data: ArrayBufferView): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** A constant tensor: float32, or int64 for shapes and axes. */
export function tensorMessage(name: string, shape: readonly number[], data: Float32Array | BigInt64Array): Message {
  const type = data instanceof Float32Array ? 'float' : 'int64';
  return new Message().ints(1, shape).int(2, elementTypes[type]).text(8, name).bytes(9, littleEndian(data));
}

export function valueMessage(name: string, type: ElementType, shape: readonly Extent[]): Message {
  const dims = shape.map((extent) =>
    typeof extent === 'number' ? new Message().int(1, extent) : new Message().text(2, extent),
  );
  const tensor = new Message().int(1, elementTypes[type]).message(2, new Message().messages(1, dims));
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}

export interface GraphSpec {
  readonly name: string;
  readonly nodes: readonly Message[];
  readonly constants: readonly Message[];
  readonly inputs: readonly Message[];
  readonly outputs: readonly Message[];
}

export const graphMessage = ({ name, nodes, constants, inputs, outputs }: GraphSpec): Message =>
  new Message().messages(1, nodes).text(2, name).messages(5, constants).messages(11, inputs).messages(12, outputs);

/** Opset 17, IR 8: what ONNX Runtime 1.13 and everything after it reads. */
export function modelBytes(
  graph: Message,
  version: string,
  words: string,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const entries = Object.entries(metadata).map(([key, value]) => new Message().text(1, key).text(2, value));
  return new Message()
    .int(1, 8)
    .text(2, 'minRNN Lab')
    .text(3, version)
    .text(6, words)
    .message(7, graph)
    .message(8, new Message().text(1, '').int(2, 17))
    .messages(14, entries)
    .finish();
}
