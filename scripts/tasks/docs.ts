// `npm run docs`: writes the pages of docs/ that are generated from package.json and the table of rooms.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { madePages } from '../docs.ts';
import { root } from '../paths.ts';

for (const [path, text] of madePages()) await writeFile(join(root, path), text);
