// A lab for the time of one command, closed in any case.
import { Lab, type LabListener } from '../lab/lab.ts';

export async function withLab<T>(onEvent: LabListener, work: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await Lab.open({ onEvent });
  try {
    return await work(lab);
  } finally {
    await lab.close();
  }
}

export const noEvents: LabListener = () => undefined;
