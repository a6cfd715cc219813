// Downloads a picture as a file: SVG as it is, PNG at twice the size.
import { rasterOf, type Sheet } from '../charts/picture.ts';
import { download } from '../services/dialogs.ts';

export type PictureKind = 'svg' | 'png';

export async function savePicture(sheet: Sheet, name: string, kind: PictureKind): Promise<void> {
  if (kind === 'svg') return download(`${name}.svg`, sheet.svg, 'image/svg+xml');
  const png = await rasterOf(sheet);
  if (png !== null) download(`${name}.png`, png, 'image/png');
}
