// Messages of protocol buffers from plain values: a few typed verbs over a kept library's coding of the wire. Independent of messages.
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Writes one message, field by field in the order of the calls. */
export class Message {
  readonly #writer = new BinaryWriter();

  text(field: number, value: string): this {
    this.#writer.tag(field, WireType.LengthDelimited).string(value);
    return this;
  }

  texts(field: number, values: readonly string[]): this {
    for (const value of values) this.text(field, value);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#writer.tag(field, WireType.LengthDelimited).bytes(value);
    return this;
  }

  /** int32, int64, bool or an enum. */
  int(field: number, value: number | bigint): this {
    this.#writer.tag(field, WireType.Varint).int64(value);
    return this;
  }

  ints(field: number, values: readonly number[]): this {
    for (const value of values) this.int(field, value);
    return this;
  }

  float(field: number, value: number): this {
    this.#writer.tag(field, WireType.Bit32).float(value);
    return this;
  }

  double(field: number, value: number): this {
    this.#writer.tag(field, WireType.Bit64).double(value);
    return this;
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.finish());
  }

  messages(field: number, values: readonly Message[]): this {
    for (const value of values) this.message(field, value);
    return this;
  }

  /** The bytes; the message is empty again afterwards. */
  finish(): Uint8Array {
    return this.#writer.finish();
  }
}
