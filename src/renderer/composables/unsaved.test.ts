// Leaving a session with unsaved changes: every choice of a person, with a simulated lab.
import { mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { nextTick } from 'vue';
import { AppFailure } from '../../engine/core/result.ts';
import { say } from '../../engine/core/say.ts';
import type { LabRequest } from '../../protocol/lab.ts';
import type { LabClient } from '../../protocol/rpc.ts';
import QuestionDialog from '../components/QuestionDialog.vue';
import { t } from '../i18n/index.ts';
import { setLabClient } from '../services/lab.ts';
import { useSessionStore } from '../stores/session.ts';
import { useUiStore } from '../stores/ui.ts';
import { leaving } from './unsaved.ts';

const unsaved = new AppFailure({
  code: 'unsaved',
  message: say`session: one change is not in /s/a.rnnlab: the disk is full`,
});
const asked: (readonly [LabRequest, unknown])[] = [];
let full = true;

const lab: LabClient = {
  request: (name, params) => {
    asked.push([name, params]);
    const keeps = name === 'session/close' && (params as { unsaved?: string }).unsaved !== 'give-up';
    return keeps && full ? Promise.reject(unsaved) : Promise.resolve(null as never);
  },
  on: () => () => undefined,
  onConnection: () => () => undefined,
  close: () => undefined,
};

beforeEach(() => {
  setActivePinia(createPinia());
  setLabClient(lab);
  asked.length = 0;
  full = true;
});

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const leave = (elsewhere: () => Promise<void> = () => Promise.resolve()): Promise<boolean> =>
  leaving(() => useSessionStore().close(), elsewhere);
async function answer(value: string | null): Promise<void> {
  await settle();
  useUiStore().question?.answer(value);
}

describe('leaving a session with changes that are not in its file', () => {
  it('says what is missing and offers four ways', async () => {
    const left = leave();
    await settle();
    const dialog = mount(QuestionDialog, { attachTo: document.body });
    await nextTick();
    expect(document.body.textContent).toContain('One change is not in /s/a.rnnlab');
    const ways = [t('common.cancel'), t('dialogs.giveUp'), t('dialogs.saveElsewhere'), t('dialogs.tryAgain')];
    const buttons = [...document.querySelectorAll('button')].map((button) => button.textContent?.trim());
    expect(buttons).toEqual(ways);
    dialog.unmount();
    await answer(null);
    expect(await left).toBe(false);
  });

  it('tries again until the file takes them', async () => {
    const left = leave();
    await answer('');
    await settle();
    full = false;
    await answer('');
    expect(await left).toBe(true);
    expect(asked.map(([name]) => name)).toEqual(['session/close', 'session/close', 'session/close']);
  });

  it('saves elsewhere, and leaves then', async () => {
    const left = leave(() => {
      full = false;
      return Promise.resolve();
    });
    await answer('elsewhere');
    expect(await left).toBe(true);
  });

  it('asks again when elsewhere fails too, with the reason as a message', async () => {
    const left = leave(() => Promise.reject(new AppFailure({ code: 'permission', message: say`no` })));
    await answer('elsewhere');
    await settle();
    expect(useUiStore().toast?.title).toBe('No.');
    await answer(null);
    expect(await left).toBe(false);
  });

  it('gives them up only when told', async () => {
    const left = leave();
    await answer('give-up');
    await settle();
    full = false;
    expect(asked[1]).toEqual(['session/close', { unsaved: 'give-up' }]);
    await answer('');
    expect(await left).toBe(true);
  });

  it('passes every other failure on', async () => {
    const other = new AppFailure({ code: 'not-found', message: say`gone` });
    await expect(
      leaving(
        () => Promise.reject(other),
        () => Promise.resolve(),
      ),
    ).rejects.toBe(other);
  });
});
