// Where a run began that did not begin at its own first step. Pure data and its words.

/** A file of weights, known by what is in it. */
export interface WeightsFile {
  /** What it was called. */
  readonly name: string;
  /** Of its bytes, lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** A checkpoint of another run; with `weights`: the settings of that run, at step 0, and the weights of a file. */
export interface Origin {
  readonly run: string;
  readonly step: number;
  readonly weights?: WeightsFile;
}
