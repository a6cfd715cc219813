// What is written is read back, tensor by tensor and bit by bit; broken files are refused with a message.
import { english } from './say.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors, type StoredTensor } from './safetensors.ts';
import { sizeOf } from './tensor.ts';

const tensor = fc
  .record({
    dtype: fc.constantFrom('F32' as const, 'F64' as const, 'I32' as const),
    shape: fc.array(fc.nat(4), { maxLength: 3 }),
  })
  .chain(({ dtype, shape }) => {
    const length = sizeOf(shape);
    const size = { minLength: length, maxLength: length };
    const data =
      dtype === 'F64' ? fc.float64Array(size) : dtype === 'F32' ? fc.float32Array(size) : fc.int32Array(size);
    return data.map((values): StoredTensor => ({ dtype, shape, data: values }));
  });

describe('safetensors', () => {
  it('reads a Node Buffer at any offset of a larger one, and leaves it unchanged', () => {
    const tensor: StoredTensor = { dtype: 'F32', shape: [3], data: Float32Array.of(1, -2, 3) };
    const bytes = writeSafetensors({ tensors: new Map([['w', tensor]]), metadata: {} });
    for (let offset = 0; offset < 9; offset++) {
      const within = Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(3)]).subarray(
        offset,
        offset + bytes.length,
      );
      const read = readSafetensors(within);
      expect(read.ok && [...(read.value.tensors.get('w')?.data ?? [])]).toEqual([1, -2, 3]);
    }
  });

  it('reads tensors that do not begin at a multiple of their width, as other writers leave them', () => {
    for (const padding of ['', ' ', '  ', '   ']) {
      const header = `{"w":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}}${padding}`;
      const bytes = new Uint8Array(8 + header.length + 16);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
      bytes.set(new TextEncoder().encode(header), 8);
      bytes.set(new Uint8Array(Float64Array.of(0.1, -7).buffer), 8 + header.length);
      const read = readSafetensors(bytes);
      expect(read.ok && [...(read.value.tensors.get('w')?.data ?? [])]).toEqual([0.1, -7]);
    }
  });

  it('returns every tensor and the metadata', () => {
    const names = fc
      .string({ minLength: 1, maxLength: 12 })
      .filter((name) => name !== '__metadata__' && name !== '__proto__');
    const file = fc.record({
      tensors: fc.dictionary(names, tensor, { maxKeys: 6, noNullPrototype: true }),
      note: fc.string(),
    });
    fc.assert(
      fc.property(file, fc.nat(7), ({ tensors, note }, shift) => {
        const bytes = writeSafetensors({ tensors: new Map(Object.entries(tensors)), metadata: { note } });
        const moved = new Uint8Array(bytes.length + shift).subarray(shift);
        moved.set(bytes);
        const read = readSafetensors(moved);
        expect(read.ok && read.value.metadata).toEqual({ note });
        expect(read.ok && Object.fromEntries(read.value.tensors)).toEqual(tensors);
      }),
    );
  });

  it('starts its data at a multiple of 8', () => {
    for (const name of ['a', 'ab', 'abc', 'abcd', 'abcde']) {
      const bytes = writeSafetensors({
        tensors: new Map([[name, { dtype: 'F32', shape: [1], data: Float32Array.of(1) }]]),
        metadata: {},
      });
      expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
    }
  });

  it('refuses a file that is cut, not safetensors, or lies about its tensors', () => {
    const bytes = writeSafetensors({
      tensors: new Map([['w', { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }]]),
      metadata: {},
    });
    const messageOf = (input: Uint8Array): string => {
      const result = readSafetensors(input);
      return result.ok ? 'accepted' : `${result.error.code}: ${english(result.error.message)}`;
    };
    expect(messageOf(bytes.slice(0, 5))).toBe('damaged-file: safetensors: a file must have at least 8 bytes, got 5');
    expect(messageOf(bytes.slice(0, 20))).toContain('the header must fit into the file of 20 bytes');
    expect(messageOf(bytes.slice(0, -4))).toContain('tensor w must end within the file');
    expect(messageOf(new Uint8Array([...bytes, 0, 0, 0, 0]))).toContain(
      'must cover the data of 12 bytes exactly, got 8',
    );
    const lie = new TextDecoder().decode(bytes).replace('"shape":[2]', '"shape":[3]');
    expect(messageOf(new TextEncoder().encode(lie))).toContain('tensor w must have 12 bytes for its shape, got 8');
    expect(messageOf(new TextEncoder().encode('not a tensor file at all'))).toContain('damaged-file');
  });
});
