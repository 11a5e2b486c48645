/** The tools of a request to the chat service, checked, or one sentence that says what is wrong. */
import type { Tool, ToolChoice } from '../../api.ts';
import type { ChatRequest } from '../../core/provider/provider.ts';
import { type Fields, isFields } from './fields.ts';

type ToolFields = Pick<ChatRequest, 'tools' | 'toolChoice' | 'parallelTools'>;

/** `null` and an empty list are as if they were left out. */
export function readTools({ tools, tool_choice, parallel_tool_calls }: Fields): ToolFields | string {
  if (tools !== undefined && tools !== null && !Array.isArray(tools)) return '"tools" must be a list.';
  const choice = tool_choice ?? undefined;
  const parallel = parallel_tool_calls ?? undefined;
  if (!Array.isArray(tools) || tools.length === 0) {
    if (choice !== undefined) return '"tool_choice" is only for a request with "tools".';
    return parallel === undefined ? {} : '"parallel_tool_calls" is only for a request with "tools".';
  }
  const read: Tool[] = [];
  const names = new Set<string>();
  for (const [index, tool] of tools.entries()) {
    const name = nameOf(tool);
    if (name === undefined)
      return `tools[${index}] must be {"type": "function", "function": {"name": "…", "parameters": {…}}}; this service has no other tools.`;
    const { parameters, description } = (tool as { function: Fields }).function;
    if (parameters !== undefined && !isFields(parameters))
      return `tools[${index}].function.parameters must be a JSON schema, which is an object.`;
    if (names.has(name)) return `Two tools have the name "${name}"; give each its own.`;
    names.add(name);
    read.push({
      name,
      ...(typeof description === 'string' ? { description } : {}),
      ...(parameters === undefined ? {} : { parameters }),
    });
  }
  let toolChoice: ToolChoice | undefined;
  if (choice === 'none' || choice === 'auto' || choice === 'required') toolChoice = choice;
  else if (choice !== undefined) {
    const name = nameOf(choice);
    if (name === undefined) return '"tool_choice" must be "none", "auto", "required" or {"type": "function", "function": {"name": "…"}}.';
    if (!names.has(name)) return `"tool_choice" names "${name}", which is not among "tools".`;
    toolChoice = { name };
  }
  if (parallel !== undefined && typeof parallel !== 'boolean') return '"parallel_tool_calls" must be true or false.';
  return {
    tools: read,
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(parallel === undefined ? {} : { parallelTools: parallel }),
  };
}

/** Of `{"type": "function", "function": {"name": …}}`. */
function nameOf(value: unknown): string | undefined {
  if (!isFields(value) || value['type'] !== 'function' || !isFields(value['function'])) return undefined;
  const { name } = value['function'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}
