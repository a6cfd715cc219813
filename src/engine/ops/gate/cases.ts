// Cases of gate: each function, its numbers clear of the kink of relu.
import { elementShapes, normal, offZero, type OpCase } from '../cases.ts';
import { gateFunctions } from './kernel.ts';

export function gateCases(): OpCase<'gate'>[] {
  return gateFunctions.flatMap((fn) =>
    elementShapes.map((shape) => ({
      name: `gate ${fn} [${shape.join(', ')}]`,
      attrs: { fn },
      inputs: [normal(...shape), (fn === 'relu' ? offZero : normal)(...shape)],
    })),
  );
}
