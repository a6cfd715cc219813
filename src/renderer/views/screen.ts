// What a screen says about itself in its folder. Address, place in the rail, key, entry in the palette and in the native menu follow from the
// registry. Independent of the screens.
import type { IconName } from '../components/icons.ts';
import type { Translation } from '../i18n/shape.ts';

/** The texts of a screen; they are found under its name: `start.screen`. */
interface ScreenTexts {
  /** What the screen is called everywhere. */
  readonly screen: string;
}

interface Screen<T extends ScreenTexts> {
  readonly icon: IconName;
  /** At the lower end of the rail. */
  readonly foot?: boolean;
  readonly en: T;
  readonly zh: NoInfer<Translation<T>>;
  /** Loaded when the screen is first shown. Not typed as a component: its texts would need the type of all texts, which needs this. */
  readonly view: () => Promise<unknown>;
}

export const defineScreen = <T extends ScreenTexts>(screen: Screen<T>): Screen<T> => screen;
