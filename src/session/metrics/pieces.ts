// The stored pieces of a series with the result of their checksums, for checking and repairing.
import { crc32 } from 'node:zlib';
import { all, blobOf, numberOf } from '../sqlite.ts';
import type { Database, Row } from '../sqlite.ts';
import { bytesPerPoint, decodePoints } from './codec.ts';
import type { SeriesColumns } from './codec.ts';

export interface Piece {
  readonly start: number;
  /** Null if the checksum is wrong. */
  readonly points: SeriesColumns | null;
}

function pieceOf(row: Row): Piece {
  const data = blobOf(row, 'data');
  const whole = data.byteLength % bytesPerPoint === 0 && crc32(data) === numberOf(row, 'crc');
  return { start: numberOf(row, 'start'), points: whole ? decodePoints(data) : null };
}

/** Chunks and tail rows in the order of their points. */
export function piecesOf(db: Database, series: number): readonly Piece[] {
  const chunks = all(
    db,
    'SELECT c.start, p.crc, p.data FROM metric_chunks c JOIN metric_points p ON p.chunk = c.id WHERE c.series = ?',
    series,
  );
  const tail = all(db, 'SELECT start, crc, data FROM metric_tail WHERE series = ?', series);
  return [...chunks, ...tail].map(pieceOf).sort((a, b) => a.start - b.start);
}
