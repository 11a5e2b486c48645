// Unpacks a vocabulary on a worker thread, because it takes a fifth of a second.
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { VocabularyName } from '../../core/tokens/tokenizerFamilies.ts';
import { fileOf, unpackFamily } from './vocabularyFiles.ts';
import type { UnpackedVocabulary, VocabularyRequest } from './tokenizer.ts';

const { family, folder } = workerData as VocabularyRequest;
const read = (name: VocabularyName): Promise<Buffer> => readFile(new URL(fileOf(name), folder));
const { vocabulary, whole } = await unpackFamily(family, read);
const { left, right, level, places } = vocabulary;
const unpacked: UnpackedVocabulary = { vocabulary, whole: whole.map((token) => Buffer.from(token, 'latin1').toString()) };
parentPort?.postMessage(unpacked, [left.buffer, right.buffer, level.buffer, places.buffer]);
