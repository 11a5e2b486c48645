// Which conversations belong to a workspace, also after it became another one.
import { expect, it } from 'vitest';
import { namesToRemember, type OpenWorkspace, type WorkspaceNames, workspaceNames } from '../../../src/node/disk/workspaceNames.ts';

const none: OpenWorkspace = { file: undefined, folders: [] };
const a: OpenWorkspace = { file: undefined, folders: ['file:///a'] };
const b: OpenWorkspace = { file: undefined, folders: ['file:///b'] };

/** Opens one after the other in the same window; VS Code carries the memory over. */
function through(...opened: readonly OpenWorkspace[]): WorkspaceNames {
  let memory: unknown;
  let names: WorkspaceNames | undefined;
  for (const workspace of opened) {
    names = workspaceNames(workspace, memory);
    memory = namesToRemember(names);
  }
  return names!;
}

it('finds the conversations of each folder of a workspace file', () => {
  const both = through({ file: 'file:///both.code-workspace', folders: ['file:///a', 'file:///b'] });
  expect([both.also, new Set([both.own, ...both.also]).size]).toEqual([[through(a).own, through(b).own], 3]);
});

it('finds what was said before the workspace was saved', () => {
  const unsaved: OpenWorkspace = { file: 'untitled:Untitled-1', folders: ['file:///a', 'file:///b'] };
  const saved = through(a, unsaved, { file: 'file:///both.code-workspace', folders: ['file:///b'] });
  expect([through(a).own, through(unsaved).own].map((name) => saved.also.includes(name))).toEqual([true, true]);
});

it('names a single folder and an empty window as it always did', () => {
  expect([through(a), through(none), through(none, a).also]).toEqual([
    { own: '49f9160320a550b553674d8f187473b1', also: [] },
    { own: 'none', also: [] },
    [],
  ]);
});

it.each([undefined, null, 'x', [5, '../..', 'none'], {}])('is not confused by a memory of %j', (memory) => {
  expect(workspaceNames(a, memory).also).toEqual([]);
});
