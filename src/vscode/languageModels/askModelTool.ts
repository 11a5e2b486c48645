/** A tool for VS Code's agents: asks a second model and returns its whole answer. */
import * as vscode from 'vscode';
import { plainText } from '../ui/plainText.ts';
import { SafeMarkdown } from '../ui/safeMarkdown.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import { failureText } from '../ui/sentences/failureSentences.ts';
import type { Models } from '../models/createModels.ts';

const toolName = 'rivulet_askModel';

interface Input {
  readonly question: string;
  /** `"<endpoint id>/<model>"`. */
  readonly model?: string;
}

export interface ToolPorts extends Pick<Models, 'answers' | 'endpoints'> {
  readonly settings: LiveSettings;
}

export function registerAskModelTool({ answers, endpoints, settings }: ToolPorts): vscode.Disposable {
  return vscode.lm.registerTool<Input>(toolName, {
    // The question leaves the machine and may be billed, so the user sees its destination first.
    prepareInvocation: ({ input }) => {
      const label = endpoints.label(input.model ?? settings.now().model);
      return {
        invocationMessage: new SafeMarkdown().text(vscode.l10n.t('Asking {0}', label)).value,
        confirmationMessages: {
          title: plainText(vscode.l10n.t('Ask {0}?', label)),
          message: new SafeMarkdown().text(input.question).value,
        },
      };
    },
    invoke: async ({ input }, token) => {
      const messages = answers.withSystemPrompt([{ role: 'user', content: input.question }]);
      const stream = await answers.begin(
        { model: input.model ?? settings.now().model, messages, byProgram: true },
        { triggers: [], token },
      );
      const { reason, text, error } = await stream.ended;
      if (reason === 'cancelled') throw new vscode.CancellationError();
      const why = error === undefined ? reason : failureText(error);
      if (text === '') throw new Error(error === undefined ? vscode.l10n.t('The model returned no answer.') : why);
      const whole = reason === 'stop' ? text : `${text}\n\n${vscode.l10n.t('[Incomplete answer: {0}]', why)}`;
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(whole)]);
    },
  });
}
