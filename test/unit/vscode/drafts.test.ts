// A draft belongs to the place where it is written, and outlives the window.
import { expect, it } from 'vitest';
import { pictureNamed } from '../chat/handWritten.ts';
import { Drafts } from '../../../src/vscode/chat/page/drafts.ts';
import { memory } from './memory.ts';

const file = (name: string, text = name) => ({ id: name, name, text, language: '', tokens: 1 });

it('outlives the window, and leaves nothing of a draft that was sent', () => {
  const kept = memory();
  const before = new Drafts(kept);
  before.write('sideBar', { text: '  half a thought', caret: 4 });
  before.attach('sideBar', [file('a.ts')], [pictureNamed('p.png')]);
  before.write('tab', { text: 'another', caret: 0 });
  const after = new Drafts(kept);
  const found = [
    after.written('sideBar'),
    after.attachments('sideBar'),
    after.pictures('sideBar'),
    after.written('tab'),
    after.written('elsewhere'),
  ];
  after.write('sideBar', { text: '', caret: 0 });
  after.attach('sideBar', [], []);
  after.write('tab', { text: '', caret: 0 });
  expect({ found, left: kept.keys().map((key) => kept.get(key)) }).toEqual({
    found: [
      { text: '  half a thought', caret: 4 },
      [file('a.ts')],
      [pictureNamed('p.png')],
      { text: 'another', caret: 0 },
      { text: '', caret: 0 },
    ],
    left: [{}, {}, {}],
  });
});

it('moves with the person, before what was written at the other place, and takes nothing away from there', () => {
  const drafts = new Drafts(memory());
  drafts.write('sideBar', { text: 'first', caret: 5 });
  drafts.attach('sideBar', [file('a.ts'), file('b.ts')], [pictureNamed('p.png')]);
  drafts.write('tab', { text: 'second', caret: 2 });
  drafts.attach('tab', [file('b.ts', 'older')], [pictureNamed('q.png')]);
  drafts.move('sideBar', 'tab');
  drafts.move('nowhere', 'tab');
  const at = (place: string) => [
    drafts.written(place).text,
    drafts.attachments(place).map(({ text }) => text),
    drafts.pictures(place).map(({ file: name }) => name),
  ];
  expect([at('sideBar'), at('tab')]).toEqual([
    ['', [], []],
    ['first\nsecond', ['older', 'a.ts'], ['q.png', 'p.png']],
  ]);
});
