/** Answers that are written while edits are refused, answered late, or meet what a person does at that moment. */
import { afterEach, expect, it, vi } from 'vitest';
import type { TextDocument } from 'vscode';
import { InsertedText, type PlacedText } from '../../../src/core/edit/placedText.ts';
import { ReplacedText } from '../../../src/core/edit/replacedText.ts';
import type { Step } from '../../../src/core/edit/step.ts';
import { OpenChanges } from '../../../src/vscode/insert/changes/openChanges.ts';
import { type Loss, RangeWriter } from '../../../src/vscode/insert/document/rangeWriter.ts';
import { UndoRuns } from '../../../src/vscode/insert/document/undoRuns.ts';
import { close, type FakeEditor, show } from '../../support/fakeEditor.ts';

vi.mock('vscode', async () => (await import('../../support/fakeEditor.ts')).fakeVscode);
vi.useFakeTimers();

const editors: FakeEditor[] = [];
afterEach(() => {
  for (const editor of editors.splice(0)) close(editor);
});
const open = (name: string, text: string, scheme?: string): FakeEditor => {
  const editor = show(name, text, scheme);
  editors.push(editor);
  return editor;
};

/** Long enough for everything that waits for an event. */
const turn = (): Promise<unknown> => vi.advanceTimersByTimeAsync(50);

/** An answer in place of the old text, which may be empty and then goes to the end. */
function answerIn(editor: FakeEditor, old: string, placed: PlacedText = new InsertedText(old)) {
  const text = editor.document.getText();
  const start = old === '' ? text.length : text.indexOf(old);
  const writer = new RangeWriter(editor.document as unknown as TextDocument, [{ start, end: start + old.length }]);
  const changes = new OpenChanges(writer, [placed], { isDiff: placed instanceof ReplacedText, isNewFile: false });
  const put = async (steps: readonly Step[]): Promise<Loss | undefined> => {
    const loss = await writer.append(
      [steps],
      async () => 'leave',
      () => placed.release(),
    );
    placed.landed();
    changes.update('growing');
    return loss;
  };
  return { writer, changes, write: (text: string) => put(placed.take(text)) };
}

/** Lands and answers the newest edit. */
async function land(editor: FakeEditor): Promise<void> {
  editor.asked.at(-1)?.land();
  editor.asked.at(-1)?.answer();
  await turn();
}

const shown = ({ document }: FakeEditor, { changes }: ReturnType<typeof answerIn>): readonly string[] =>
  changes.pending.map(({ span }) => document.getText().slice(span.start, span.end));

/** With the number of the same texts before each. */
const placesOf = (editor: FakeEditor, answer: ReturnType<typeof answerIn>): readonly string[] =>
  shown(editor, answer).map((text, at) => {
    const before = editor.document.getText().slice(0, answer.changes.pending[at]?.span.start);
    return `${before.split(text).length - 1}${text}`;
  });

it('a refused edit that nothing has changed joins the undo step, and one that a person has outrun begins another', async () => {
  const editor = open('step.txt', 'a b ');
  const { writer, write } = answerIn(editor, '');
  writer.growBeside(() => [writer], new UndoRuns());
  void write('one');
  await land(editor);
  void write(' two');
  // The editor is being opened or closed.
  editor.asked.at(-1)?.answer();
  await turn();
  await land(editor);
  void write(' three');
  editor.document.type('a', 'typed ');
  await land(editor);
  await land(editor);
  expect([editor.document.getText(), editor.asked.map(({ undoStopBefore }) => undoStopBefore)]).toEqual([
    'typed a b one two three',
    [true, false, false, false, true],
  ]);
});

it('answers in one document take turns: two that waited for the same edit are not on their way together', async () => {
  const editor = open('turns.txt', '1 2 3 ');
  const answers = ['1', '2', '3'].map((old) => answerIn(editor, old));
  const runs = new UndoRuns();
  for (const { writer } of answers) writer.growBeside(() => answers.map((each) => each.writer), runs);
  for (const [at, { write }] of answers.entries()) void write(`answer ${at}`);
  const onTheirWay: number[] = [];
  for (let landed = 0; landed < answers.length; landed++) {
    onTheirWay.push(editor.asked.length - landed);
    await land(editor);
  }
  expect([onTheirWay, editor.document.getText()]).toEqual([[1, 1, 1], 'answer 0 answer 1 answer 2 ']);
});

it('what is typed after an edit has landed, and before the editor says so, moves no change', async () => {
  const old = 'one();\ntwo();\nthree();\nfour();\nfive();';
  const editor = open('late.txt', `// before\n${old}\n// after`);
  const answer = answerIn(editor, old, new ReplacedText(old, false));
  void answer.write('one();\n// two\nthree();\nfour();\n');
  editor.asked.at(-1)?.land();
  editor.document.type('three', '// two\n');
  editor.asked.at(-1)?.answer();
  await turn();
  const during = placesOf(editor, answer);
  void answer.write('5();\n6();\n');
  await land(editor);
  expect([during, placesOf(editor, answer)]).toEqual([['0// two'], ['0// two', '0\n5();\n6();']]);
});

it('Undo of a change waits for the edit that is on its way, and is asked again until the editor takes it', async () => {
  const old = 'one();\ntwo();\nthree();\nfour();';
  const editor = open('undo.txt', old);
  const answer = answerIn(editor, old, new ReplacedText(old, false));
  void answer.write('one();\n2();\nthree();\n');
  await land(editor);
  void answer.write('4();\n5();\n');
  await turn();
  void answer.changes.undo(answer.changes.pending.slice(0, 1));
  await turn();
  const waiting = editor.asked.length;
  await land(editor);
  // The person outruns the first Undo.
  editor.document.type('one', '// typed\n');
  await land(editor);
  await land(editor);
  expect([waiting, editor.asked.length, editor.document.getText(), shown(editor, answer)]).toEqual([
    2,
    4,
    '// typed\none();\ntwo();\nthree();\n4();\n5();\nfour();',
    ['\n4();\n5();'],
  ]);
});

it('an edit that was accepted by an editor that was being closed is put again where the document is opened next', async () => {
  const editor = open('closed.txt', 'a b ');
  const { writer, write } = answerIn(editor, '');
  void write('one');
  await land(editor);
  void write(' two');
  editor.appliesEdits = false;
  close(editor);
  const next = open('closed.txt', 'a b ');
  await land(editor);
  await land(next);
  await land(next);
  expect([writer.loss, next.document.getText()]).toEqual([undefined, 'a b one two']);
});

it('text that comes while an untitled document is saved goes to its file, and not to the document that is emptied', async () => {
  const untitled = open('Untitled-1', 'a ', 'untitled');
  const { write } = answerIn(untitled, '');
  void write('one');
  await land(untitled);
  const file = open('saved.txt', '');
  file.document.change([{ rangeOffset: 0, rangeLength: 0, text: untitled.document.getText() }]);
  void write(' two');
  await turn();
  const during = untitled.asked.length;
  untitled.document.change([{ rangeOffset: 0, rangeLength: untitled.document.getText().length, text: '' }]);
  await turn();
  await land(file);
  expect([during, untitled.document.getText(), file.document.getText()]).toEqual([1, '', 'a one two']);
});

it('an undo by the person while an edit is on its way ends the answer, and nothing of it comes back', async () => {
  const editor = open('undone.txt', 'a b ');
  const { writer, write } = answerIn(editor, '');
  void write('one');
  await land(editor);
  void write(' two');
  editor.document.change([{ rangeOffset: 4, rangeLength: 3, text: '' }], 1);
  await land(editor);
  expect([writer.loss, editor.document.getText(), editor.asked.length]).toEqual(['undone', 'a b ', 2]);
});
