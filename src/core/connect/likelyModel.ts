/** Picks the model that a user most likely wants first, so that a new server works without another question. */

/** Models that do not chat. */
const otherwise: readonly RegExp[] = [
  /embed|rerank|whisper|tts|speech|audio|voice|dall-?e|image|flux|sdxl|stable-diffusion|midjourney|suno|video/i,
  /sora|veo|kling|moderation|guard|ocr|transcri|realtime|babbage|davinci|search-preview|bge-|m3e|clip/i,
];

/** Families for questions and code, most likely first. A relay may put the vendor before the name. */
const families: readonly RegExp[] = [
  /(?:^|\/)gpt-[5-9](?:\.\d+)?$/i,
  /(?:^|\/)claude-(?:[a-z]+-)?sonnet|claude-[\d.-]+-sonnet/i,
  /(?:^|\/)deepseek-(?:chat|v\d[\w.]*)$/i,
  /(?:^|\/)(?:qwen[\d.]*-?(?:plus|max|coder)|qwen-(?:plus|max))/i,
  /(?:^|\/)glm-[\d.]+(?:-plus)?$/i,
  /(?:^|\/)kimi-/i,
  /(?:^|\/)gemini-[\d.]+-(?:flash|pro)$/i,
  /(?:^|\/)doubao-/i,
  /(?:^|\/)gpt-4o$/i,
  /(?:^|\/)(?:mistral-(?:large|medium)|codestral)/i,
  /instruct|chat|coder/i,
];

/** @param wanted names from an example, which win where the server has them */
export function likelyModel(models: readonly string[], wanted: readonly string[] = []): string | undefined {
  const asked = wanted.find((name) => models.includes(name));
  if (asked !== undefined) return asked;
  const chatting = models.filter((model) => !otherwise.some((words) => words.test(model)));
  for (const family of families) {
    const found = chatting.filter((model) => family.test(model)).sort(newestFirst)[0];
    if (found !== undefined) return found;
  }
  return chatting[0] ?? models[0];
}

function newestFirst(a: string, b: string): number {
  return b.localeCompare(a, 'en', { numeric: true });
}
