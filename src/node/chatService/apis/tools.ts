/** Converts tools and the tool choice; each name occurs once. */
import type { Tool, ToolChoice } from '../../../api.ts';
import type { ChatRequest } from '../../../core/provider/provider.ts';
import { type JsonFields, isFields } from '../../../core/provider/reading/json.ts';
import type { IgnoredFields } from './parts.ts';
import { RequestError } from '../requestError.ts';
import { present } from '../../../core/present.ts';

export function toolFields(
  tools: readonly Tool[],
  choice: ToolChoice | undefined,
  parallel: boolean | undefined,
): Pick<ChatRequest, 'tools' | 'toolChoice' | 'parallelTools'> {
  if (tools.length === 0) {
    if (typeof choice === 'object' || choice === 'required') throw new RequestError('"tool_choice" is only for a request with "tools".');
    // Without tools there is nothing to choose.
    return {};
  }
  const names = new Set<string>();
  for (const { name } of tools) {
    if (names.has(name)) throw new RequestError(`Two tools have the name "${name.slice(0, 100)}"; give each its own.`);
    names.add(name);
  }
  if (typeof choice === 'object' && !names.has(choice.name)) {
    throw new RequestError(`"tool_choice" names "${choice.name.slice(0, 100)}", which is not among "tools".`);
  }
  return { tools, ...present({ toolChoice: choice, parallelTools: parallel }) };
}

/**
 * Handles tool fields that Rivulet does not know, such as `strict`. A server of the same protocol gets the tools unchanged;
 * for another, the fields are reported as ignored.
 */
export function unknownToolFields(
  tools: readonly JsonFields[],
  known: readonly string[],
  isSameProtocol: boolean,
  ignored: IgnoredFields,
): { readonly tools?: readonly JsonFields[] } {
  let any = false;
  for (const [index, tool] of tools.entries()) {
    const fields = isFields(tool['function']) ? { ...tool, ...tool['function'] } : tool;
    const names = Object.keys(fields).filter((name) => !known.includes(name) && (fields[name] ?? false) !== false);
    any ||= names.length > 0;
    if (!isSameProtocol) for (const name of names) ignored.name(`tools[${index}].${name}`);
  }
  return any && isSameProtocol ? { tools } : {};
}
