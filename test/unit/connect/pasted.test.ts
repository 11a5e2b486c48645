// What people paste to connect a server, taken from the pages of relays and vendors, and the settings of other clients.
import { expect, it } from 'vitest';
import { serversInText } from '../../../src/core/connect/pasted.ts';

const key = 'sk-0aB1cD2eF3gH4iJ5kL6mN7';
const base = 'https://api.relay.test/v1';
const both = { baseURL: base, key };

/** A short picture: one object a server, without empty fields. */
const seen = (text: string) => serversInText(text).map(({ models, ...rest }) => (models.length === 0 ? rest : { ...rest, models }));

const cases: readonly (readonly [name: string, text: string, found: readonly object[]])[] = [
  ['an address', base, [{ baseURL: base }]],
  ['an address with a slash, blanks and a fragment', `  ${base}/#  `, [{ baseURL: base }]],
  ['an address without a scheme', 'api.relay.test/v1', [{ baseURL: base }]],
  ['a fully qualified name', 'api.relay.test./v1', [{ baseURL: base }]],
  ['a host alone', 'api.relay.test', [{ baseURL: 'https://api.relay.test' }]],
  ['a doubled scheme', `https://${base}`, [{ baseURL: base }]],
  ['two schemes that differ', 'http://https://api.relay.test/v1', [{ baseURL: base }]],
  ['a scheme without its colon behind one', 'https://https//api.relay.test/v1', [{ baseURL: base }]],
  ['a scheme with one slash', 'https:/api.relay.test/v1', [{ baseURL: base }]],
  ['a scheme in capitals', 'HTTPS://api.relay.test/v1', [{ baseURL: base }]],
  ['the path of a request', `${base}/chat/completions`, [{ baseURL: base }]],
  ['the path of the list', `${base}/models`, [{ baseURL: base }]],
  ['a local server', 'localhost:11434', [{ baseURL: 'http://localhost:11434' }]],
  ['an address in a home network', '192.168.1.5:8000/v1', [{ baseURL: 'http://192.168.1.5:8000/v1' }]],
  ['an address in angle brackets with a full stop', `<${base}>.`, [{ baseURL: base }]],
  ['an address in full-width letters', 'ｈｔｔｐｓ：／／api.relay.test／v1', [{ baseURL: base }]],
  ['a key', key, [{ key }]],
  ['a key that shows its vendor', 'sk-ant-api03-AbCdEf0123456789', [{ key: 'sk-ant-api03-AbCdEf0123456789', preset: 'anthropic' }]],
  [
    'a key of Zhipu',
    '0123456789abcdef0123456789abcdef.AbCdEf0123456789',
    [{ key: '0123456789abcdef0123456789abcdef.AbCdEf0123456789', preset: 'zhipu' }],
  ],
  ['a key with the vendor in Chinese', `火山引擎 ${key}`, [{ key, preset: 'volcengine' }]],
  ['a key whose vendor is named in a sentence', `DeepSeek 的 key 是 ${key}`, [{ key, preset: 'deepseek' }]],
  ["a relay's key, which the vendor that it resembles must not get", `openai compatible, key ${key}`, [{ key }]],
  ['a label glued to the address and to the key', `地址${base}密钥${key}`, [both]],
  ['a host glued to a label', `地址https://api.relay.test密钥${key}`, [{ baseURL: 'https://api.relay.test', key }]],
  ['an address of IPv6', '[::1]:8000/v1', [{ baseURL: 'http://[::1]:8000/v1' }]],
  ['an address of IPv6 in a variable', 'OPENAI_BASE_URL=http://[fd00::1]:8000/v1', [{ baseURL: 'http://[fd00::1]:8000/v1' }]],
  ['the command that starts a model of Ollama', '$ ollama run qwen3:8b', [{ preset: 'ollama', models: ['qwen3:8b'] }]],
  ['the command that starts vLLM at a port', 'vllm serve a/b --port 8001', [{ baseURL: 'http://127.0.0.1:8001/v1', models: ['a/b'] }]],
  [
    "the variables of Azure's deployment",
    `AZURE_OPENAI_ENDPOINT=https://me.openai.azure.com/\nAZURE_OPENAI_API_KEY=${key}\nAZURE_OPENAI_DEPLOYMENT=gpt-5`,
    [{ baseURL: 'https://me.openai.azure.com', key, models: ['gpt-5'] }],
  ],
  [
    "Anthropic's client at another address",
    `new Anthropic({ apiKey: "${key}", baseURL: "https://api.relay.test" })`,
    [{ baseURL: 'https://api.relay.test', key, api: 'messages' }],
  ],
  ['two lines', `${base}\n${key}`, [both]],
  ['two lines of which the break was lost', `${base}${key}`, [both]],
  ['two lines, the key first, with Windows line ends', `${key}\r\n${base}\r\n`, [both]],
  ['an address and a key in no known form', `${base} 0aB1cD2eF3gH4iJ5kL6mN7oP` + ``, [{ baseURL: base, key: '0aB1cD2eF3gH4iJ5kL6mN7oP' }]],
  [
    'curl over several lines',
    `curl ${base}/chat/completions \\\n  -H "Content-Type: application/json" \\\n  -H "Authorization: Bearer ` +
      `${key}" \\\n  -d '{"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello! See https://www.ex` +
      `ample.com/a.png"}]}'`,
    [{ ...both, models: ['gpt-4o'] }],
  ],
  [
    'curl of PowerShell, with backticks',
    `curl.exe ${base}/chat/completions \`\n  -H "Authorization: Bearer ${key}" \`\n  -d '{\\"model\\": \\"gpt-4o\\"}'`,
    [{ ...both, models: ['gpt-4o'] }],
  ],
  [
    'curl of cmd.exe, with carets',
    `curl "${base}/chat/completions" ^\n  -H "Authorization: Bearer ${key}" ^\n  -d "{\\"model\\": \\"gpt-4o\\"}"`,
    [{ ...both, models: ['gpt-4o'] }],
  ],
  [
    'curl with a placeholder',
    `curl ${base}/chat/completions -H "Authorization: Bearer $OPENAI_API_KEY" -d '{"model":"gpt-4o"}'`,
    [{ baseURL: base, models: ['gpt-4o'] }],
  ],
  [
    'curl with the header in single quotes and the place of the person',
    `curl --location '${base}/chat/completions' --header 'Authorization: Bearer <token>'`,
    [{ baseURL: base }],
  ],
  [
    'curl of Messages',
    `curl https://api.relay.test/v1/messages -H "x-api-key: ${key}" -H "anthropic-version: 2023-06-01" -d '{"mod` +
      `el":"claude-sonnet-4-5"}'`,
    [{ ...both, api: 'messages', models: ['claude-sonnet-4-5'] }],
  ],
  [
    'curl of Gemini',
    'curl "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=ss' +
      'e&key=AIzaSyA0123456789abcdefghijklmnopqrst"',
    [
      {
        baseURL: 'https://generativelanguage.googleapis.com/v1beta',
        key: 'AIzaSyA0123456789abcdefghijklmnopqrst',
        api: 'gemini',
        models: ['gemini-2.5-flash'],
      },
    ],
  ],
  [
    'a deployment of Azure',
    `curl "https://lab.openai.azure.com/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21" -H "a` +
      `pi-key: 0123456789abcdef0123456789abcdef"`,
    [{ baseURL: 'https://lab.openai.azure.com/openai/v1', key: '0123456789abcdef0123456789abcdef', models: ['my-gpt'] }],
  ],
  [
    'Python',
    `from openai import OpenAI\nclient = OpenAI(\n    api_key="${key}",\n    base_url="${base}",  # 中转站\n)\nclie` +
      `nt.chat.completions.create(model="gpt-4o", messages=[])`,
    [{ ...both, models: ['gpt-4o'] }],
  ],
  ['Python of yesterday', `import openai\nopenai.api_base = '${base}'\nopenai.api_key = '${key}'`, [both]],
  ['Python with the environment', `client = OpenAI(api_key=os.environ["OPENAI_API_KEY"], base_url="${base}")`, [{ baseURL: base }]],
  ['JavaScript', `const client = new OpenAI({\n  baseURL: '${base}',\n  apiKey: '${key}',\n});`, [both]],
  ['JavaScript with the environment', `new OpenAI({ apiKey: process.env.OPENAI_API_KEY, baseURL: \`${base}\` })` + ``, [{ baseURL: base }]],
  [
    'LangChain',
    `ChatOpenAI(model_name="gpt-4o", openai_api_base="${base}", openai_api_key="${key}")` + ``,
    [{ ...both, models: ['gpt-4o'] }],
  ],
  [
    'an environment file',
    `# relay\nOPENAI_BASE_URL=${base}\nOPENAI_API_KEY=${key}\nOPENAI_MODEL=gpt-4o\n`,
    [{ ...both, models: ['gpt-4o'] }],
  ],
  ['exported variables', `export OPENAI_API_KEY="${key}"\nexport OPENAI_BASE_URL='${base}'`, [both]],
  ['variables of PowerShell', `$env:OPENAI_BASE_URL = "${base}"\n$env:OPENAI_API_KEY = "${key}"`, [both]],
  ['variables of cmd.exe', `set OPENAI_BASE_URL=${base}\r\nset OPENAI_API_KEY=${key}`, [both]],
  ['variables set for good on Windows', `setx OPENAI_BASE_URL "${base}"\nsetx OPENAI_API_KEY "${key}"`, [both]],
  [
    'variables of Claude Code',
    `export ANTHROPIC_BASE_URL=https://api.relay.test\nexport ANTHROPIC_AUTH_TOKEN=${key}`,
    [{ baseURL: 'https://api.relay.test', key, api: 'messages' }],
  ],
  ['a key by its variable', 'DEEPSEEK_API_KEY=sk-0123456789abcdef', [{ key: 'sk-0123456789abcdef', preset: 'deepseek' }]],
  ['variables of docker', `docker run -e OPENAI_API_KEY=${key} -e OPENAI_PROXY_URL=${base} -p 3210:3210 lobehub/lobe-chat`, [both]],
  ['flags', `aider --openai-api-base ${base} --openai-api-key ${key} --model gpt-4o`, [{ ...both, models: ['gpt-4o'] }]],
  ['a Chinese page', `接口地址：${base}\nAPI 密钥：${key}\n模型名称：gpt-4o`, [{ ...both, models: ['gpt-4o'] }]],
  ['a Chinese sentence', `请将 Base URL 设置为「${base}」，令牌为“${key}”。`, [both]],
  ['a Chinese list', `- 中转地址：${base}。\n- 密钥： ${key}\n\n使用文档：https://docs.relay.test/start`, [both]],
  ['a Chinese placeholder', `base_url = "${base}"\napi_key = "替换成你的密钥"`, [{ baseURL: base }]],
  ['a table of Markdown', `| Base URL | \`${base}\` |\n| --- | --- |\n| API Key | \`${key}\` |`, [both]],
  ['labels above their values', `Base URL\n${base}\nAPI Key\n${key}`, [both]],
  [
    'settings of Continue',
    `{"models":[{"title":"Relay","provider":"openai","model":"gpt-4o","apiBase":"${base}","apiKey":"${key}"}]}`,
    [{ ...both, models: ['gpt-4o'] }],
  ],
  [
    'settings of Continue in YAML',
    `models:\n  - name: Relay\n    provider: openai\n    model: gpt-4o\n    apiBase: ${base}\n    apiKey: ${key}` +
      `\n  - name: Local\n    provider: ollama\n    model: qwen3\n    apiBase: http://localhost:11434\n`,
    [
      { ...both, models: ['gpt-4o'] },
      { baseURL: 'http://localhost:11434', models: ['qwen3'] },
    ],
  ],
  [
    'settings of Cline',
    `{ "apiProvider": "openai", "openAiBaseUrl": "${base}", "openAiApiKey": "${key}", "openAiModelId": "gpt-4o" }`,
    [{ ...both, models: ['gpt-4o'] }],
  ],
  [
    'settings of Roo Code',
    `{"providerProfiles":{"currentApiConfigName":"default","apiConfigs":{"default":{"apiProvider":"openai","open` +
      `AiBaseUrl":"${base}","openAiApiKey":"${key}","openAiModelId":"gpt-4o","id":"x1"}}}}`,
    [{ ...both, models: ['gpt-4o'] }],
  ],
  [
    'settings of opencode',
    `{"$schema":"https://opencode.ai/config.json","provider":{"relay":{"npm":"@ai-sdk/openai-compatible","name":` +
      `"Relay","options":{"baseURL":"${base}","apiKey":"{env:RELAY_KEY}"},"models":{"gpt-4o":{"name":"GPT-4o"}}}}}`,
    [{ baseURL: base, models: ['gpt-4o'] }],
  ],
  [
    'settings of LibreChat',
    `endpoints:\n  custom:\n    - name: "Relay"\n      apiKey: "\${RELAY_KEY}"\n      baseURL: "${base}"\n      ` +
      `models:\n        default: ["gpt-4o"]\n        fetch: true`,
    [{ baseURL: base }],
  ],
  [
    "VS Code's own models",
    `[\n  // mine\n  { "name": "Relay", "vendor": "customoai", "apiKey": "\${input:chat.lm.secret.1}", "models":` +
      ` [{ "id": "gpt-4o", "name": "GPT", "url": "${base}/chat/completions", "toolCalling": true, }] },\n]`,
    [{ baseURL: base, models: ['gpt-4o'] }],
  ],
  [
    'settings of Claude Code',
    `{"env":{"ANTHROPIC_BASE_URL":"https://api.relay.test","ANTHROPIC_AUTH_TOKEN":"${key}"}}`,
    [{ baseURL: 'https://api.relay.test', key, api: 'messages' }],
  ],
  [
    'settings of Codex',
    `model = "gpt-5"\nmodel_provider = "relay"\n[model_providers.relay]\nname = "Relay"\nbase_url = "${base}"\ne` +
      `nv_key = "RELAY_API_KEY"\nwire_api = "responses"`,
    [{ baseURL: base, api: 'responses', models: ['gpt-5'] }],
  ],
  ['a part of a JSON', `"apiBase": "${base}",\n"apiKey": "${key}"`, [both]],
  [
    'two servers, each with its key',
    `[{"apiBase":"${base}"},{"apiKey":"sk-other0123456789abc","apiBase":"https://b.test/v1"}]`,
    [{ baseURL: base }, { baseURL: 'https://b.test/v1', key: 'sk-other0123456789abc' }],
  ],
  [
    'a link of NextChat',
    `https://chat.test/#/?settings={"key":"${key}","url":"https://api.relay.test"}`,
    [{ baseURL: 'https://api.relay.test', key }],
  ],
  [
    'a link of NextChat, encoded',
    `https://chat.test/#/?settings=${encodeURIComponent(`{"key":"${key}","url":"https://api.relay.test"}`)}`,
    [{ baseURL: 'https://api.relay.test', key }],
  ],
  [
    'a link of Cherry Studio',
    `cherrystudio://providers/api-keys?v=1&data=${btoa(`{"id":"new-api","baseUrl":"https://api.relay.test","apiKey":"${key}"}`)}`,
    [{ baseURL: 'https://api.relay.test', key }],
  ],
  [
    'vLLM without a key',
    'client = OpenAI(api_key="EMPTY", base_url="http://localhost:8000/v1")',
    [{ baseURL: 'http://localhost:8000/v1', keyless: true }],
  ],
  [
    'requests of Python',
    `url = "${base}/chat/completions"\nheaders = {"Authorization": "Bearer ${key}", "Content-Type": "application/json"}`,
    [both],
  ],
  ['a sentence of a page', `Your API key is ${key}. Use it at ${base}. Docs: https://docs.relay.test/a`, [both]],
  ['Go', `config := openai.DefaultConfig("${key}")\nconfig.BaseURL = "${base}"`, [both]],
  [
    'Java',
    `OpenAiChatModel.builder().baseUrl("${base}").apiKey("${key}").modelName("gpt-4o").build();` + ``,
    [{ ...both, models: ['gpt-4o'] }],
  ],
  ['C#', `new OpenAIClient(new ApiKeyCredential("${key}"), new OpenAIClientOptions { Endpoint = new Uri("${base}") });`, [both]],
  [
    'a request of a browser',
    `fetch("${base}/chat/completions", { headers: { Authorization: \`Bearer \${key}\` }` + ` })`,
    [{ baseURL: base }],
  ],
  [
    'a request as it goes over the wire',
    `POST /v1/chat/completions HTTP/1.1\nHost: api.relay.test\nAuthorization: Bearer ${key}`,
    [{ baseURL: 'https://api.relay.test', key }],
  ],
  ['a header without a blank', `curl --url ${base}/chat/completions --header 'Authorization:Bearer ${key}'`, [both]],
  ['a placeholder of cmd.exe', `curl ${base}/chat/completions -H "Authorization: Bearer %OPENAI_API_KEY%"`, [{ baseURL: base }]],
  ['fields between dashes', `https://api.relay.test----${key}`, [{ baseURL: 'https://api.relay.test', key }]],
  ['short Chinese labels', `地址 ${base}  密钥 ${key}`, [both]],
  ['a word', 'deepseek', []],
  ['a sentence', 'How do I connect to my server?', []],
  ['a sentence about keys', 'An API key is required. Your api key: sk-xxxxxxxxxxxxxxxx', []],
  ['a placeholder of an address', 'base_url="https://your-domain/v1"', []],
  ['nothing', ' \n ', []],
];

it.each(cases)('recognises %s', (_, text, found) => {
  expect(seen(text)).toEqual(found);
});

it('reads a megabyte of anything in steps that grow with its length', () => {
  const hostile = [
    'a'.repeat(200_000),
    'a '.repeat(100_000),
    'key='.repeat(50_000),
    'https://'.repeat(25_000),
    '密'.repeat(200_000),
    '['.repeat(200_000),
    '--a '.repeat(50_000),
  ];
  expect(hostile.map((text) => serversInText(text).filter(({ key: found }) => found !== undefined).length)).toEqual(hostile.map(() => 0));
});
