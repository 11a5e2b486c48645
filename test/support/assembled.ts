// Assembles the tool calls of an answer at once.
import type { AssembledCalls, ToolCalls } from '../../src/core/request/toolCalls.ts';

export function assembled(calls: ToolCalls): AssembledCalls {
  const steps = calls.assembling();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
