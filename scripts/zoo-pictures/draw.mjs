// One picture a system: from the input over what is written into the state and what is read from it to the output; above, what is kept.
// The same places and signs in every picture, so that two systems are compared by laying them side by side.

const [width, height] = [700, 196];
const line = 112;

const style = `
    text { font: 13px system-ui, sans-serif; fill: #1c2024; }
    .small { font-size: 11px; }
    .name { font-size: 11px; fill: #5b6470; }
    .flow, .cell { fill: none; stroke: #5b6470; stroke-width: 1.4; }
    .cell { fill: #ffffff; stroke-width: 1; }
    .tip { fill: #5b6470; }
    .fixed { fill: #eceef1; stroke: #8b939e; }
    .input { fill: #dce8fb; stroke: #2f6fd0; }
    .state { fill: #fbe6cf; stroke: #c46a12; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e4e7eb; }
      .name { fill: #9aa3ae; }
      .flow, .cell { stroke: #9aa3ae; }
      .cell { fill: #16181c; }
      .tip { fill: #9aa3ae; }
      .fixed { fill: #2a2e34; stroke: #7b838e; }
      .input { fill: #1b3358; stroke: #6ea2f0; }
      .state { fill: #4a2f10; stroke: #e39a4c; }
    }`;

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const words = (says, x, y, kind = '', anchor = 'middle') =>
  says
    .split('|')
    .map((part, i, all) => {
      const at = y + 4.5 + 15 * (i - (all.length - 1) / 2);
      return `<text${kind === '' ? '' : ` class="${kind}"`} x="${x}" y="${at}" text-anchor="${anchor}">${escaped(part)}</text>`;
    })
    .join('');

const arrow = (...points) => {
  const [[x1, y1], [x2, y2]] = [points.at(-2), points.at(-1)];
  const turn = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
  const path = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('');
  return `<path class="flow" d="${path}"/><path class="tip" d="M0 0L-8 -4V4Z" transform="translate(${x2} ${y2}) rotate(${turn})"/>`;
};

/** A box with what happens and, above it, its name. */
const box = (name, { says, from }, x, y, wide, tall) =>
  `<rect class="${from}" x="${x}" y="${y - tall / 2}" width="${wide}" height="${tall}" rx="5"/>${words(
    says,
    x + wide / 2,
    y,
  )}<text class="name" x="${x}" y="${y - tall / 2 - 5}">${name}</text>`;

const cells = (columns, rows, x, y, size) =>
  Array.from({ length: columns * rows }, (_, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    return `<rect class="cell" x="${x + column * size}" y="${y + row * size}" width="${size}" height="${size}"/>`;
  }).join('');

/** The state as what it is: a column, a column that turns, two columns, modes of each channel, a table, rows that grow. */
const forms = {
  column: (x) => cells(1, 5, x - 6, line - 30, 12),
  turning: (x) =>
    `${cells(
      1,
      5,
      x - 6,
      line - 30,
      12,
    )}<path class="flow" d="M${x + 11} ${line - 24}a8 8 0 1 1 0 14"/><path class="tip" d="M0 0L-8 -4V4Z" transform="translate(${x + 11} ${line - 10}) rotate(200)"/>`,
  pair: (x) => cells(1, 5, x - 16, line - 30, 12) + cells(1, 5, x + 4, line - 30, 12),
  modes: (x) => `${cells(4, 5, x - 24, line - 30, 12)}<path class="flow" d="M${x - 24} ${line + 34}H${x + 24}"/>`,
  table: (x) => cells(5, 5, x - 30, line - 30, 12),
  rows: (x) =>
    `${cells(
      5,
      4,
      x - 30,
      line - 30,
      12,
    )}<rect class="cell" x="${x - 30}" y="${line + 18}" width="60" height="12" stroke-dasharray="3 3"/>`,
};

/** Half of its width, with room for an arrow's tip. */
const reach = { column: 9, turning: 9, pair: 19, modes: 27, table: 33, rows: 33 };

const legend = [
  ['fixed', 'learned, the same at every step'],
  ['input', 'follows from the input'],
  ['state', 'follows from the input and the state'],
];

/** @param {import('./systems.mjs').System} system */
export function drawSystem({ title, keep, write, read, state }) {
  const [plus, middle] = [252, 424];
  const edge = reach[state.form];
  const body = [
    words('x', 14, line),
    arrow([24, line], [46, line]),
    box('written', write, 48, line, 170, 50),
    arrow([218, line], [plus - 11, line]),
    `<circle class="flow" cx="${plus}" cy="${line}" r="10"/><path class="flow" d="M${plus - 5} ${line}h10M${plus} ${line - 5}v10"/>`,
    arrow([plus + 10, line], [middle - edge, line]),
    forms[state.form](middle),
    arrow([middle, line - 32], [middle, 36], [408, 36]),
    box('kept', keep, 268, 36, 140, 38),
    arrow([268, 36], [plus, 36], [plus, line - 11]),
    arrow([middle + edge, line], [490, line]),
    box('read', read, 492, line, 160, 50),
    arrow([652, line], [674, line]),
    words('y', 686, line),
    words(state.says, middle, line + 48, 'small'),
    ...legend.map(
      ([kind, says], i) =>
        `<rect class="${kind}" x="${48 + 205 * i}" y="178" width="11" height="11" rx="2"/>${words(
          says,
          65 + 205 * i,
          183,
          'name',
          'start',
        )}`,
    ),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
  <title>${escaped(title)}: what is kept of the state, written into it and read from it</title>
  <style>${style}
  </style>
  ${body.join('\n  ')}
</svg>
`;
}
