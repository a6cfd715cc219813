// The fields of ODE recurrences: what flows, by which method, and how much time passes at a position.
import type { Fields } from '../spec/fields.ts';

const notSpecies = { field: 'flow', is: ['network', 'relaxation'] } as const;

export const odeFields = {
  flow: {
    kind: 'choice',
    label: 'Equation',
    symbol: 'equation',
    help: 'What changes the state: a network that reads it, a pull towards what the input says, or competing species whose constants are the weights.',
    default: 'network',
    choices: [
      { value: 'network', label: 'network: tanh(W x + U h) − h' },
      { value: 'relaxation', label: 'relaxation: W x − h' },
      { value: 'species', label: 'competing species' },
    ],
  },
  method: {
    kind: 'choice',
    label: 'Method',
    symbol: 'method',
    help: "Order 1, 2 or 4: the error of a fixed time falls with the step, its square or its fourth power. Euler's is the form of most recurrent networks.",
    default: 'euler',
    choices: [
      { value: 'euler', label: 'Euler' },
      { value: 'midpoint', label: 'midpoint (Runge-Kutta 2)' },
      { value: 'rk4', label: 'Runge-Kutta 4' },
    ],
  },
  clock: {
    kind: 'choice',
    label: 'Clock',
    symbol: 'clock',
    help: 'Time that passes at a position: a gate between 0 and 1, any time that the input asks for, one learned a channel, or 1.',
    default: 'gate',
    choices: [
      { value: 'gate', label: 'gate: 1 − exp(−Δt)' },
      { value: 'time', label: 'time read from the input' },
      { value: 'learned', label: 'learned, one a channel' },
      { value: 'fixed', label: '1' },
    ],
    when: notSpecies,
  },
  substeps: {
    kind: 'int',
    label: 'Steps a position',
    symbol: 'steps',
    help: 'The time of a position is parted into so many steps of the method: with a time of 1 a step is 1 over it.',
    unit: 'steps',
    default: 1,
    min: 1,
    max: 64,
  },
} as const satisfies Fields;
