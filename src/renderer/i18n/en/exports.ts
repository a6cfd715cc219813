// English texts of exports: what a session, its table, its curves and its networks can be saved as.
export const exports = {
  menu: 'Export',
  copyTable: 'Copy the run table',
  tableCopied: 'The run table is on the clipboard',
  groups: {
    table: 'Table',
    curves: 'Curves',
    session: 'Session',
    weights: 'Weights',
    report: 'Report',
    pictures: 'Pictures',
  },
  kinds: {
    csv: 'Curves, CSV',
    json: 'Session, JSON',
    parquet: 'Curves, Parquet',
    tensorboard: 'Curves, TensorBoard',
    'table-csv': 'Run table, CSV',
    'table-tsv': 'Run table, tabs',
    'table-md': 'Run table, Markdown',
    'table-tex': 'Run table, LaTeX',
    safetensors: 'Weights, safetensors',
    torch: 'Weights, PyTorch names',
    onnx: 'Networks, ONNX',
  },
};
