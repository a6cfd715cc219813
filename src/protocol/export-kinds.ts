// The export formats of a session, declared once: the lab writes these, the command line offers them by name, the window lists them.
// A new kind is one line here, its writer in lab/exporting, and its words in each language.

interface ExportKind {
  readonly what: 'table' | 'seeds' | 'curves' | 'session' | 'weights' | 'report' | 'pictures';
  /** Of the file; `tensorboard` makes a folder of files, which a download carries as one archive. */
  readonly ending: string;
  readonly media: string;
  /** Binary, or several texts: not printed on a terminal. */
  readonly binary: boolean;
  /** For the help of the command line. */
  readonly words: string;
}

const text = (what: ExportKind['what'], ending: string, media: string, words: string) =>
  ({ what, ending, media, binary: false, words }) as const;
const bytes = (what: ExportKind['what'], ending: string, media: string, words: string) =>
  ({ what, ending, media, binary: true, words }) as const;

export const exportKinds = {
  csv: text('curves', '.csv', 'text/csv', 'every measured point as CSV'),
  json: text('session', '.json', 'application/json', 'settings, curves and events as JSON'),
  parquet: bytes('curves', '.parquet', 'application/vnd.apache.parquet', 'every measured point as Apache Parquet'),
  tensorboard: bytes('curves', '.zip', 'application/zip', 'event files for TensorBoard, one folder a run'),
  'table-csv': text('table', '.csv', 'text/csv', 'the run table as CSV'),
  'table-tsv': text('table', '.tsv', 'text/tab-separated-values', 'the run table with tabs, for the clipboard'),
  'table-md': text('table', '.md', 'text/markdown', 'the run table as Markdown'),
  'table-tex': text('table', '.tex', 'application/x-tex', 'the run table as LaTeX (package booktabs)'),
  'seeds-csv': text('seeds', '.csv', 'text/csv', 'variants over their seeds, compared, as CSV'),
  'seeds-md': text('seeds', '.md', 'text/markdown', 'the same as Markdown'),
  'seeds-tex': text('seeds', '.tex', 'application/x-tex', 'the same as LaTeX (package booktabs)'),
  'seeds-json': text('seeds', '.json', 'application/json', 'the same as JSON, nothing rounded'),
  safetensors: bytes('weights', '.safetensors', 'application/octet-stream', 'weights under their names here'),
  torch: bytes('weights', '.safetensors', 'application/octet-stream', "weights under PyTorch's names, as safetensors"),
  onnx: bytes('weights', '.onnx', 'application/octet-stream', 'whole networks as ONNX, with the state in and out'),
  svg: bytes('pictures', '.svg', 'image/svg+xml', 'the charts of the race as SVG, one file each'),
  html: text('report', '.html', 'text/html', 'a report in one file that opens without a network'),
} as const satisfies Readonly<Record<string, ExportKind>>;

export type ExportFormat = keyof typeof exportKinds;

export const exportFormats = Object.keys(exportKinds) as readonly ExportFormat[];
