/** Every sentence that the page shows, in the language of the window. */
import * as vscode from 'vscode';
import type { PageBoot } from '../core/chat/protocol.ts';

export function pageBoot(): PageBoot {
  const { t } = vscode.l10n;
  return {
    strings: {
      conversation: t('Conversation'),
      message: t('Message'),
      placeholder: t('Ask anything (Enter sends, Shift+Enter starts a new line)'),
      send: t('Send'),
      stop: t('Stop'),
      resume: t('Resume'),
      regenerate: t('Regenerate'),
      copy: t('Copy'),
      copied: t('Copied'),
      insertAtCursor: t('Insert at cursor'),
      jumpToLatest: t('Jump to latest'),
      copyCode: t('Copy code'),
      insertCode: t('Insert code at cursor'),
      newFile: t('New file from code'),
      applyToSelection: t('Apply to selection'),
      wrapLines: t('Wrap lines'),
      reasoning: t('Reasoning'),
      seam: t('Continued here after a break'),
      answerStarted: t('The answer has begun.'),
      answerFinished: t('The answer is complete.'),
      emptyTitle: t('Ask, and read while it is written'),
      emptyHint: t('Stop at any time with Escape. An answer that breaks off is continued where it broke.'),
      selectModel: t('Select model'),
      newChat: t('New chat'),
      image: t('Image: {0}'),
      retryIn: t('{0} Next try in {1} s.'),
      stateStopped: t('Stopped'),
      stateLimit: t('Limit reached'),
      stateTruncated: t('Cut off'),
      stateError: t('Failed'),
      stateWaiting: t('Waiting'),
      renderDiagram: t('Show diagram'),
    },
    examples: [
      t('What is this demo?'),
      t('/drop Show me a connection that breaks'),
      t('/code Write a small function'),
    ],
  };
}
