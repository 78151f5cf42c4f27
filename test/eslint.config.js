import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/**', '.parley/**', 'node_modules/**', 'test/fixtures/**', '**/*.mjs', '**/*.cjs'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: `${import.meta.dirname}/..` },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      // They hold each other weakly: the collector takes the time limit from a call that runs (Node 20).
      'no-restricted-properties': [
        'error',
        { object: 'AbortSignal', property: 'timeout', message: 'Use within() of src/deadline.ts.' },
        { object: 'AbortSignal', property: 'any', message: 'Use within() of src/deadline.ts.' },
      ],
      'max-params': ['error', 4],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Unions of string literals instead of enums.' },
        {
          selector: 'CallExpression[callee.object.name="z"][callee.property.name="record"]',
          message: 'It leaves out `__proto__`: record() of src/foreign/record-schema.ts.',
        },
        {
          selector: String.raw`Literal[regex.pattern=/(^|[|])(\[([\\].|[^\]\\])*\]|[\\].|.)[+*][$]$/]`,
          message: 'It reads a run once for each of its characters: trimEndOf() of src/foreign/trim-end.ts.',
        },
      ],
    },
  },
  {
    // What a component shows is one expression, and long.
    files: ['src/console/**/*.tsx'],
    rules: { 'max-lines-per-function': ['error', { max: 90, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['test/**'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' },
  },
  {
    files: ['workflows/**'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'setImmediate', 'require'],
    },
  },
);
