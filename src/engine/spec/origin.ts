// The origin of a run that did not start with fresh weights. Pure data and its words.

/** A file of weights, identified by its content. */
export interface WeightsFile {
  /** Its name. */
  readonly name: string;
  /** SHA-256 of its bytes, lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** A checkpoint of another run; with `weights`: the settings of that run, at step 0, and the weights of a file. */
export interface Origin {
  readonly run: string;
  readonly step: number;
  readonly weights?: WeightsFile;
}
