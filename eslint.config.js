// The house rules a machine can check: who may import whom (with the reason), size budgets, and what is banned where.
import prettier from 'eslint-config-prettier';
import { importX } from 'eslint-plugin-import-x';
import vue from 'eslint-plugin-vue';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { importZones } from './scripts/import-zones.mjs';

const program = ['engine', 'protocol', 'session', 'lab', 'engine-host', 'cli', 'server', 'main', 'preload'];
const tests = ['**/*.test.ts', 'tests/**', 'e2e/**', 'bench/**'];

const size = (lines) => ({ max: lines, skipBlankLines: true, skipComments: true });

/**
 * A number in the place of what an index did not find hides the fault that it was not there. `eslint-suppressions.json` counts those of older files;
 * they can only become fewer.
 */
const silentDefaults = [
  '[right.value=0]',
  "[right.type='UnaryExpression'][right.argument.value=1]",
  "[right.name='NaN']",
  "[right.property.name='NaN']",
].map((right) => ({
  selector: `LogicalExpression[operator='??'][left.type='MemberExpression'][left.computed=true]${right}`,
  message: 'What an index reads is there, or its absence has a meaning: test for undefined and say which.',
}));

const houseRules = {
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-console': 'error',
  'no-constant-binary-expression': 'error',
  'no-debugger': 'error',
  'no-else-return': 'error',
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-new-func': 'error',
  'no-self-compare': 'error',
  'no-template-curly-in-string': 'error',
  'no-unreachable-loop': 'error',
  'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
  'object-shorthand': 'error',
  'no-restricted-syntax': ['error', ...silentDefaults],
  'prefer-const': 'error',
  'prefer-template': 'error',
  'max-lines': ['error', size(300)],
  'max-lines-per-function': ['error', size(40)],
  'max-params': ['error', 7],
};

const typeScriptRules = {
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  'import-x/no-default-export': 'error',
  'import-x/no-restricted-paths': ['error', { zones: importZones }],
};

const assemblyScript = '**/*.as.ts';
const assemblyScriptRules = {
  ...typeScriptRules,
  '@typescript-eslint/naming-convention': [
    'error',
    { selector: 'function', format: ['camelCase'] },
    { selector: ['variable', 'parameter'], format: ['camelCase', 'UPPER_CASE', 'PascalCase'] },
  ],
  'no-redeclare': 'error',
  'no-shadow': 'error',
  'no-unreachable': 'error',
  'no-useless-assignment': 'error',
  // Its == compares values of one type, as === does.
  eqeqeq: 'off',
  // Addresses and extents: what a kernel needs cannot be put into an object without an allocation.
  'max-params': 'off',
  '@typescript-eslint/consistent-type-imports': 'off',
};

// Rules that read types; each finds a class of bug the compiler accepts.
const typeAwareRules = {
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-for-in-array': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/no-unnecessary-type-assertion': 'error',
  '@typescript-eslint/no-unsafe-assignment': 'error',
  '@typescript-eslint/no-unsafe-call': 'error',
  '@typescript-eslint/no-unsafe-member-access': 'error',
  '@typescript-eslint/no-unsafe-return': 'error',
  '@typescript-eslint/only-throw-error': 'error',
  '@typescript-eslint/restrict-plus-operands': 'error',
  // A method taken out of its object fails only where it uses it.
  '@typescript-eslint/unbound-method': 'error',
  // A message put into a plain text would read [object Object].
  '@typescript-eslint/restrict-template-expressions': [
    'error',
    {
      allowAny: true,
      allowArray: true,
      allowBoolean: true,
      allowNever: true,
      allowNullish: true,
      allowNumber: true,
      allowRegExp: true,
    },
  ],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
};

const onlyIn = (file, name) => ({
  name: 'electron',
  importNames: [name],
  message: `Raw ${name} is used in ${file} only; everything else goes through its typed wrapper, which checks the sender.`,
});

const bannedImports = (patterns, paths = []) => ({ 'no-restricted-imports': ['error', { patterns, paths }] });

// What replaces, removes or makes a file of a person's asks the writer lock first and leaves the old file or the new one.
const changesFiles = [
  'rename',
  'rm',
  'rmdir',
  'unlink',
  'link',
  'symlink',
  'copyFile',
  'cp',
  'truncate',
  'mkdir',
  'mkdtemp',
];
const writesFiles = [...changesFiles, 'writeFile', 'appendFile'];
const doorMessage =
  'Files are made, replaced, moved and removed by src/session/files only: it asks the writer lock first.';
const oneDoor = [
  {
    name: 'node:fs',
    importNames: [...writesFiles, ...writesFiles.map((name) => `${name}Sync`), 'createWriteStream'],
    message: doorMessage,
  },
  { name: 'node:fs/promises', importNames: writesFiles, message: doorMessage },
];
const knowsNoWindow = {
  group: ['electron', 'vue', 'pinia'],
  message: 'This code runs in plain Node behind every door: it knows no window.',
};

/** A clock that people and time servers set must not decide how long something took. */
const noWallClock = {
  object: 'Date',
  property: 'now',
  message: 'Durations and deadlines are counted with performance.now(): the wall clock jumps.',
};

export default tseslint.config(
  {
    ignores: ['out/', 'dist/', 'node_modules/', '.cache/', 'coverage/', 'test-results/', 'playwright-report/'],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { plugins: { 'import-x': importX, '@typescript-eslint': tseslint.plugin }, rules: houseRules },
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.ts'],
    ignores: [assemblyScript],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: {
        project: ['tsconfig.node.json', 'tsconfig.web.json', 'tsconfig.tests.json'],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
      },
    },
    rules: { ...typeScriptRules, ...typeAwareRules },
  },
  // AssemblyScript: decorators before functions are its own, and its types are no TypeScript's.
  {
    files: [assemblyScript],
    languageOptions: { parser: tseslint.parser, parserOptions: { allowInvalidAST: true } },
    rules: assemblyScriptRules,
  },
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser }, globals: globals.browser },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': 'error',
      'import-x/no-restricted-paths': ['error', { zones: importZones }],
      'max-lines': ['error', size(250)],
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/define-emits-declaration': ['error', 'type-based'],
      'vue/define-props-declaration': ['error', 'type-based'],
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
      'vue/require-default-prop': 'off',
    },
  },
  {
    files: ['src/**/*.{ts,vue}'],
    ignores: ['src/renderer/composables/dates.ts'],
    rules: { 'no-restricted-properties': ['error', noWallClock] },
  },
  {
    files: ['src/engine/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        noWallClock,
        {
          object: 'Math',
          property: 'random',
          message: 'Random numbers in the engine are counted (Philox): same seed, same run.',
        },
      ],
      ...bannedImports([
        {
          group: ['node:*', 'electron', 'vue', 'pinia', 'ws', 'valibot'],
          message: 'The engine is pure TypeScript: no Node, DOM, Electron or npm package.',
        },
      ]),
    },
  },
  // A device is where the engine meets the machine: its threads, and the file its kernels are in.
  {
    files: ['src/engine/device/*/**/*.ts'],
    rules: bannedImports([
      {
        group: ['electron', 'vue', 'pinia', 'ws', 'valibot'],
        message: 'A device may use Node itself and its own runtime, nothing else.',
      },
    ]),
  },
  {
    files: ['src/renderer/**/*.{ts,vue}'],
    rules: bannedImports(
      [
        {
          group: ['node:*', 'electron'],
          message: 'The renderer is sandboxed and runs in a browser as well: it talks to the lab only.',
        },
      ],
      [
        {
          name: 'vue',
          importNames: ['ref', 'reactive'],
          message:
            'They watch all that is below a value, a million points too: shallowRef holds it, and a change replaces it.',
        },
      ],
    ),
  },
  {
    files: ['src/{main,preload}/**/*.ts'],
    rules: bannedImports(
      [],
      [onlyIn('src/main/ipc.ts', 'ipcMain'), onlyIn('src/preload/index.ts', 'ipcRenderer'), ...oneDoor],
    ),
  },
  // The log and the place of the window are the shell's own and nobody's work; main may not import the session's part.
  {
    files: ['src/main/{log,window-state}.ts'],
    rules: bannedImports([], [onlyIn('src/main/ipc.ts', 'ipcMain'), onlyIn('src/preload/index.ts', 'ipcRenderer')]),
  },
  {
    files: ['src/main/ipc.ts'],
    rules: bannedImports([], [onlyIn('src/preload/index.ts', 'ipcRenderer')]),
  },
  {
    files: ['src/preload/index.ts'],
    rules: bannedImports([], [onlyIn('src/main/ipc.ts', 'ipcMain')]),
  },
  {
    files: ['src/{session,lab,engine-host,server,cli,protocol}/**/*.ts'],
    rules: bannedImports([knowsNoWindow], oneDoor),
  },
  { files: ['src/session/{files,fixtures,testing}/**/*.ts'], rules: bannedImports([knowsNoWindow]) },
  // The command line prints; that is its work.
  { files: ['src/cli/**/*.ts', 'scripts/**', 'bin/**', 'bench/**', 'e2e/support/**'], rules: { 'no-console': 'off' } },
  {
    files: tests,
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-imports': 'off',
      'no-restricted-syntax': 'off',
      'import-x/no-restricted-paths': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  // Components are untyped to this parser; vue-tsc checks how tests use them.
  {
    files: ['src/renderer/**/*.test.ts'],
    rules: { '@typescript-eslint/no-unsafe-call': 'off', '@typescript-eslint/no-unsafe-return': 'off' },
  },
  // Configuration files must have default exports, and so must the type shims of non-TypeScript modules.
  {
    files: ['*.config.{js,ts}', '**/*.d.ts', 'scripts/after-pack.mjs'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: globals.node },
    rules: { 'no-undef': 'error', 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }] },
  },
  // These functions travel into the page as text, whole, and try there what the content policy forbids.
  {
    files: ['scripts/smoke/in-page.mjs', 'scripts/smoke/old-page.js'],
    languageOptions: { globals: globals.browser },
    rules: { 'max-lines-per-function': 'off', 'no-new-func': 'off' },
  },
  {
    files: program.map((folder) => `src/${folder}/**/*.ts`),
    ignores: [assemblyScript],
    rules: { '@typescript-eslint/no-unsafe-argument': 'error' },
  },
  prettier,
);
