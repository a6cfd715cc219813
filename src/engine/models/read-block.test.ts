// A block written as a list of parts is read correctly, and unreadable parts are named.
import { describe, expect, it } from 'vitest';
import { english } from '../core/say.ts';
import { readBlocks } from './read-block.ts';

const models = ['gru', 'minGru'];
function read(text: string) {
  const found = readBlocks(text, models);
  if ('problem' in found) throw new Error(english(found.problem));
  return found.blocks;
}
const problemOf = (text: string): string => {
  const found = readBlocks(text, models);
  return 'problem' in found ? english(found.problem) : 'read';
};
const mixer = { part: 'mixer', expansion: 1, down: 'always', bias: true };
const row = (norm: string, ...parts: object[]) => ({ norm, parts, residual: true, dropout: 0 });

describe('lists of parts', () => {
  it('the block of the paper, with or without brackets', () => {
    const want = [
      [
        row('none', { part: 'conv', kernel: 4, mix: true }),
        row('pre', mixer),
        row('pre', { part: 'mlp', activation: 'gelu', gated: true, scale: false, multiple: 2, bias: true }),
      ],
    ];
    expect(read('conv, mixer, mlp')).toEqual(want);
    expect(read(' [ conv(4) ,mixer,  mlp(geglu,2) ] ')).toEqual(want);
  });

  it('places of norms, chains, branches, other models and blocks in turn', () => {
    expect(read('post mixer > silu > glu')).toEqual([
      [row('post', mixer, { part: 'act', activation: 'silu' }, { part: 'glu', bias: true })],
    ]);
    expect(read('bare mixer(2) & channel-mix(3)')).toEqual([
      [
        row('none', {
          part: 'parallel',
          branches: [[{ ...mixer, expansion: 2 }], [{ part: 'channel-mix', multiple: 3 }]],
        }),
      ],
    ]);
    expect(read('mixer | gru(0.5)')).toEqual([
      [row('pre', mixer)],
      [row('pre', { ...mixer, expansion: 0.5, model: 'gru' })],
    ]);
  });

  it('a gate holds parts of its own', () => {
    const branch = [
      { part: 'conv', kernel: 3, mix: false },
      { ...mixer, down: 'when-needed' },
    ];
    expect(read('gate(silu, 1.5: conv(3) > mixer)')).toEqual([
      [row('pre', { part: 'gate', activation: 'silu', multiple: 1.5, bias: true, branch })],
    ]);
  });

  it.each([
    ['conv, mixr', 'Parts: "mixr" is not known. Did you mean "mixer"? Known: mixer, conv,'],
    ['conv, mlp', 'Parts: one must be a mixer, got "conv, mlp".'],
    ['conv(1), mixer', 'Parts: conv takes a whole number of steps from 2 to 16, as in conv(4), got "conv(1)".'],
    ['conv(2.5), mixer', 'Parts: conv takes a whole number of steps from 2 to 16, as in conv(4), got "conv(2.5)".'],
    ['mixer, mlp(gelo)', 'Parts: mlp takes its form and width, as in mlp(geglu, 2), got "mlp(gelo)".'],
    ['mixer, glu(3)', 'Parts: glu takes nothing in brackets, got "glu(3)".'],
    ['mixer(0)', 'Parts: mixer takes how many times the width its state has, as in mixer(2), got "mixer(0)".'],
    [
      'gate(silu, 2), mixer',
      'Parts: gate takes an activation, a width and after a colon the parts, as in gate(silu, 2: conv > mixer), got "gate(silu, 2)".',
    ],
    ['mlp(2: mixer)', 'Parts: only a gate has parts inside, got "mlp(2: mixer)".'],
    ['mixer, (mlp', 'Parts: every bracket must be closed, got "mixer, (mlp".'],
    ['mixer,, mlp', 'Parts: "" must be the name of a part, as in "conv, mixer, mlp".'],
    ['', 'Parts: "" must be the name of a part, as in "conv, mixer, mlp".'],
  ])('%j is refused in words', (text, words) => {
    expect(problemOf(text)).toContain(words);
  });
});
