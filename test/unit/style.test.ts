// What no linter checks about the form of a source file.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);

it('has no line over 140 characters in src, test and scripts', () => {
  const files = ['src', 'test', 'scripts'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
      .filter((file) => /\.(ts|mjs)$/.test(file) && !file.startsWith('test/fixtures/') && !file.includes('/node_modules/')),
  );
  const long = files.flatMap((file) =>
    readFileSync(new URL(file, root), 'utf8')
      .split('\n')
      .flatMap((line, index) => (line.length > 140 ? [`${file}:${index + 1}`] : [])),
  );
  expect({ many: files.length > 300, long }).toEqual({ many: true, long: [] });
});
