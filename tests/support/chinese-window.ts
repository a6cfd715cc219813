// A page that talks to a lab over its protocol, and the parts of a Chinese text that need knowledge of English.
import type { AppError } from '../../src/engine/core/result.ts';
import type { Frame, Port } from '../../src/protocol/rpc.ts';

/** A page of the lab: sends any frames, including invalid ones. */
export class Page implements Port {
  #hear: (frame: Frame) => void = () => undefined;
  readonly #waiting = new Map<number, (frame: Frame) => void>();
  send(frame: Frame): void {
    if ('id' in frame) this.#waiting.get(frame.id)?.(frame);
  }
  onMessage(listener: (frame: Frame) => void): void {
    this.#hear = listener;
  }
  onClose(): void {
    // It stays open as long as the test.
  }
  close(): void {
    this.#waiting.clear();
  }

  #ask(name: string, params: unknown): Promise<Frame> {
    const id = this.#waiting.size;
    return new Promise<Frame>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#hear({ type: 'request', id, name, params } as Frame);
    });
  }

  async refusal(name: string, params: unknown): Promise<AppError> {
    const answer = await this.#ask(name, params);
    if (answer.type !== 'error') throw new Error(`${name} must be refused, got ${JSON.stringify(answer)}`);
    return answer.error;
  }

  async value(name: string, params: unknown): Promise<unknown> {
    const answer = await this.#ask(name, params);
    if (answer.type !== 'reply') throw new Error(`${name}: ${JSON.stringify(answer)}`);
    return answer.value;
  }
}

/** Names that are the same in every language: of formats, algorithms and programs, and names in the lab's files and commands. */
const names = new Set(
  'JSON MiB SHA SQLite UTF Unicode NumPy npy IDX gzip MNIST minRNN Lab minrnn rnnlab onnx safetensors PyTorch Ctrl C serve cpu webgpu tensorflow reference auto GRU LSTM minGRU minLSTM QRNN HGRN GILR SRU LRU SLRU RWKV Aaren MLGRU S4D S5 S6 Mamba HiPPO LegS RG ELU Elman steps tokens seconds x CSV float F localhost MLP Adam AdamW SGD'
    .toLowerCase()
    .split(' '),
);

/** Without text in quotes, in brackets or in a path, and without lists of allowed values: names, or texts of other programs. */
const bare = (text: string): string =>
  text
    .replace(/（[^（）]*）|\([^()]*\)/g, ' ')
    .replace(/“[^”]*”|"[^"]*"|`[^`]*`|\{[^{}]*\}|"[^"]*$/g, ' ')
    .replace(/(以下之一|已知的有)：[^。；]*/g, ' ')
    .replace(/(https?:\/|[A-Za-z]:\\|\B\/)\S+/g, ' ')
    .replace(/\.[a-z]+\b|\b[\w-]*[._-][\w.-]*\b|\b\w+\/\w[\w-]*|\b[0-9a-f]{16,}\b|\b[rR]-[0-9a-f]+\b/g, ' ');

export const englishIn = (text: string): readonly string[] =>
  (bare(text).match(/[A-Za-z]{2,}/g) ?? []).filter((word) => !names.has(word.toLowerCase()));
