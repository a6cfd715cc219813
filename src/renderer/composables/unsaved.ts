// Leaving a session with changes that could not be saved: the person chooses to try again, to save elsewhere, to discard the changes or to
// stay.
import { AppFailure } from '../../engine/core/result.ts';
import { t } from '../i18n/index.ts';
import { told } from '../i18n/told.ts';
import { useSessionStore } from '../stores/session.ts';
import { useUiStore } from '../stores/ui.ts';

/** Does `leave`, which closes the session, and asks whenever it fails with `unsaved`. False if the person stays. */
export async function leaving(leave: () => Promise<void>, saveElsewhere: () => Promise<void>): Promise<boolean> {
  const ui = useUiStore();
  for (;;) {
    try {
      await leave();
      return true;
    } catch (thrown) {
      if (!(thrown instanceof AppFailure) || thrown.appError.code !== 'unsaved') throw thrown;
      const choice = await ui.choose({
        title: t('dialogs.unsaved'),
        help: told(thrown.appError.message),
        action: t('dialogs.tryAgain'),
        others: [
          { value: 'give-up', label: t('dialogs.giveUp') },
          { value: 'elsewhere', label: t('dialogs.saveElsewhere') },
        ],
      });
      if (choice === null) return false;
      if (choice === 'elsewhere') await ui.attempt(saveElsewhere);
      if (choice === 'give-up') await useSessionStore().close('give-up');
    }
  }
}
