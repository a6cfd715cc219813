// Where each screen is: its address, its place in the rail and the digit that opens it. Everything that lists screens uses this.
import type { IconName } from '../components/icons.ts';
import type { MessageKey } from '../i18n/index.ts';
import { screens, type ScreenName } from './registry.ts';

export interface Place {
  readonly name: ScreenName;
  readonly path: string;
  readonly title: MessageKey;
  readonly icon: IconName;
  readonly foot: boolean;
  /** Null after the ninth. */
  readonly key: string | null;
}

/** `myScreen` is at `/my-screen`. */
const pathOf = (name: ScreenName): string => `/${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const all = (Object.keys(screens) as ScreenName[]).map((name) => ({ name, foot: screens[name].foot === true }));

/** From the top of the rail to its end. */
export const places: readonly Place[] = [...all.filter(({ foot }) => !foot), ...all.filter(({ foot }) => foot)].map(
  ({ name, foot }, at) => ({
    name,
    path: pathOf(name),
    title: `${name}.screen`,
    icon: screens[name].icon,
    foot,
    key: at < 9 ? String(at + 1) : null,
  }),
);
