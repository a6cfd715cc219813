// The words of the native menu and dialogs, in the languages of the window. A missing text does not compile.
import type { FixedCommand, UiLanguage } from '../protocol/ipc.ts';
import type { MenuRole } from './shell.ts';

export interface DesktopText {
  readonly menus: Readonly<Record<'app' | 'file' | 'edit' | 'view' | 'race' | 'go' | 'help', string>>;
  readonly commands: Readonly<Record<FixedCommand, string>>;
  readonly roles: Readonly<Record<MenuRole, string>>;
  readonly closing: {
    readonly title: string;
    readonly message: (runs: number) => string;
    readonly detail: string;
    readonly quit: string;
    readonly stay: string;
  };
  readonly unsaved: {
    readonly title: string;
    readonly detail: string;
    readonly retry: string;
    readonly elsewhere: string;
    readonly giveUp: string;
    readonly stay: string;
    /** The name of a file type in a file dialog. */
    readonly session: string;
  };
  readonly replacing: {
    readonly title: string;
    readonly message: (file: string) => string;
    readonly detail: string;
    readonly replace: string;
    readonly keep: string;
  };
  readonly labGone: {
    readonly title: string;
    readonly message: (count: number, reason: string, log: string) => string;
  };
  readonly pageGone: (count: number, reason: string) => string;
  readonly nodeMissing: string;
}

const en: DesktopText = {
  menus: { app: 'minRNN Lab', file: 'File', edit: 'Edit', view: 'View', race: 'Race', go: 'Go', help: 'Help' },
  commands: {
    'session/new': 'New session',
    'session/open': 'Open session…',
    'session/save-as': 'Save as…',
    'session/export': 'Export…',
    'race/toggle': 'Pause or resume all runs',
    'race/step': 'Single step',
    'race/stop': 'Stop all runs and keep them',
    'palette/open': 'Command palette…',
    'help/shortcuts': 'Keyboard shortcuts',
  },
  roles: {
    about: 'About minRNN Lab',
    hide: 'Hide minRNN Lab',
    hideOthers: 'Hide others',
    unhide: 'Show all',
    quit: 'Quit',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    selectAll: 'Select all',
    reload: 'Reload window',
    resetZoom: 'Actual size',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    togglefullscreen: 'Full screen',
    toggleDevTools: 'Developer tools',
    minimize: 'Minimise',
  },
  closing: {
    title: 'Runs are in progress',
    message: (runs) => (runs === 1 ? 'One run is in progress.' : `${runs} runs are in progress.`),
    detail: 'Quitting saves a checkpoint of each. The next start offers to go on where they stopped.',
    quit: 'Save and quit',
    stay: 'Go on training',
  },
  unsaved: {
    title: 'Not everything is saved',
    detail: 'The session stays open until its changes are in a file or are given up.',
    retry: 'Try again',
    elsewhere: 'Save elsewhere…',
    giveUp: 'Discard the changes and quit',
    stay: 'Stay',
    session: 'minRNN Lab session',
  },
  replacing: {
    title: 'The file exists',
    message: (file) => `${file} exists already.`,
    detail: 'Replacing it removes what is in it now.',
    replace: 'Replace',
    keep: 'Cancel',
  },
  labGone: {
    title: 'The lab process does not stay up',
    message: (count, reason, log) =>
      `The process that trains and saves ended ${count} times in a row (${reason}). Saved sessions are not affected. Its messages are in ${log}. Restart the program to try again.`,
  },
  pageGone: (count, reason) =>
    `The page's process ended ${count} times in a minute (${reason}). Runs go on; restart the program to see them.`,
  nodeMissing: 'The Node binary that comes with the program is missing. Install the program again.',
};

const zh: DesktopText = {
  menus: { app: 'minRNN Lab', file: '文件', edit: '编辑', view: '视图', race: '竞赛', go: '前往', help: '帮助' },
  commands: {
    'session/new': '新建会话',
    'session/open': '打开会话…',
    'session/save-as': '另存为…',
    'session/export': '导出…',
    'race/toggle': '暂停或继续所有运行',
    'race/step': '单步',
    'race/stop': '停止所有运行并保留',
    'palette/open': '命令面板…',
    'help/shortcuts': '键盘快捷键',
  },
  roles: {
    about: '关于 minRNN Lab',
    hide: '隐藏 minRNN Lab',
    hideOthers: '隐藏其他',
    unhide: '全部显示',
    quit: '退出',
    undo: '撤销',
    redo: '重做',
    cut: '剪切',
    copy: '复制',
    paste: '粘贴',
    selectAll: '全选',
    reload: '重新加载窗口',
    resetZoom: '实际大小',
    zoomIn: '放大',
    zoomOut: '缩小',
    togglefullscreen: '全屏',
    toggleDevTools: '开发者工具',
    minimize: '最小化',
  },
  closing: {
    title: '有运行正在进行',
    message: (runs) => `${runs} 个运行正在进行。`,
    detail: '退出时会为每个运行保存检查点，下次启动时可从停下的地方继续。',
    quit: '保存并退出',
    stay: '继续训练',
  },
  unsaved: {
    title: '有内容未保存',
    detail: '在更改写入文件或被放弃之前，会话保持打开。',
    retry: '重试',
    elsewhere: '保存到其他位置…',
    giveUp: '放弃更改并退出',
    stay: '留下',
    session: 'minRNN Lab 会话',
  },
  replacing: {
    title: '文件已存在',
    message: (file) => `${file} 已存在。`,
    detail: '替换会删除其现有内容。',
    replace: '替换',
    keep: '取消',
  },
  labGone: {
    title: '实验室进程无法保持运行',
    message: (count, reason, log) =>
      `负责训练和保存的进程连续结束了 ${count} 次（${reason}）。已保存的会话不受影响。详细信息见 ${log}。请重新启动程序再试。`,
  },
  pageGone: (count, reason) =>
    `页面进程在一分钟内结束了 ${count} 次（${reason}）。运行仍在继续；请重新启动程序以查看它们。`,
  nodeMissing: '程序自带的 Node 可执行文件缺失。请重新安装程序。',
};

export const desktopText: Readonly<Record<UiLanguage, DesktopText>> = { en, zh };
