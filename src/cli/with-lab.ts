// A lab for the duration of one command, closed in any case. Rejects with AppFailure `unsaved` when changes could not be saved in the end.
import { AppFailure } from '../engine/core/result.ts';
import { closeInEnd } from '../lab/session/close-in-end.ts';
import { Lab, type LabListener } from '../lab/lab.ts';
import { said } from './show.ts';
import { closeLab, terminalAsk } from './unsaved.ts';

export async function withLab<T>(onEvent: LabListener, work: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await Lab.open({ onEvent });
  for (const { message, cure } of lab.takeProblems())
    process.stderr.write(`${said(message)}. ${cure ? said(cure) : ''}\n`);
  let value: T;
  try {
    value = await work(lab);
  } catch (error) {
    await closeInEnd(lab);
    throw error;
  }
  const lost = await closeLab(lab, terminalAsk());
  if (lost !== null) throw new AppFailure(lost);
  return value;
}

export const noEvents: LabListener = () => undefined;
