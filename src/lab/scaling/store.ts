// Scaling measurements as files in the lab's home: scaling/<id>.json, the newest is shown after a restart. Independent of measuring.
import { messageFrom } from '../../engine/core/say.ts';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScalingResult } from '../../engine/spec/scaling.ts';
import { writeWhole } from '../../session/files/index.ts';
import { readJson } from '../files/files.ts';

const keys = ['id', 'spec', 'state', 'started', 'points'];

const isResult = (value: unknown): value is ScalingResult =>
  typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key));

/** One marked as running was interrupted with its process. */
const asRead = (stored: ScalingResult): ScalingResult => ({
  ...stored,
  state: stored.state === 'running' ? 'stopped' : stored.state,
  points: stored.points.map((point) => ({ ...point, reason: messageFrom(point.reason) })),
});

/** Sorts by time: `2026-01-31T12-00-00-000Z-1f2e`. */
export const newId = (now: Date): string =>
  `${now.toISOString().replaceAll(/[:.]/g, '-')}-${randomBytes(2).toString('hex')}`;

export class ScalingStore {
  readonly #folder: string;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(config: string) {
    this.#folder = join(config, 'scaling');
  }

  /** Sequential, in the order of the calls, so that the last write wins. */
  write(result: ScalingResult): Promise<void> {
    const path = join(this.#folder, `${result.id}.json`);
    const text = `${JSON.stringify(result, null, 1)}\n`;
    const written = this.#writing.then(() => writeWhole(path, text));
    this.#writing = written.catch(() => undefined);
    return written;
  }

  /** The newest readable one. */
  async latest(): Promise<ScalingResult | null> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names
      .filter((one) => one.endsWith('.json'))
      .toSorted()
      .reverse()) {
      const stored = await readJson(join(this.#folder, name));
      if (isResult(stored)) return asRead(stored);
    }
    return null;
  }
}
