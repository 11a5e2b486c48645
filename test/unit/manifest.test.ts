// What package.json promises: who may change which setting, and that every package has its reason.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import manifest from '../../package.json';
import { apis } from '../../src/core/provider/provider.ts';

interface Setting extends Schema {
  readonly type: string;
  readonly scope?: string;
  readonly order?: number;
  readonly default?: unknown;
  readonly description?: string;
  readonly markdownDescription?: string;
}
const categories = manifest.contributes.configuration as readonly {
  readonly title: string;
  readonly order: number;
  readonly properties: Readonly<Record<string, Setting>>;
}[];
const settings: Readonly<Record<string, Setting>> = Object.assign({}, ...categories.map(({ properties }) => properties));
const scopeOf = (name: string): string => settings[`rivulet.${name}`]?.scope ?? 'window';
/** A workspace may set these: they come with the folder that one opens. */
const open = Object.keys(settings).filter((name) => !['machine', 'application'].includes(settings[name]!.scope ?? 'window'));

it('lets no workspace say where questions and keys go, what runs, or what others may use', () => {
  const own = ['endpoints', 'model', 'triggers', 'pool.maxConnections', 'chatService.port'];
  expect(own.filter((name) => !['machine', 'application'].includes(scopeOf(name)))).toEqual([]);
});

it('takes from an untrusted workspace no setting that changes a request or what it may cost', () => {
  const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  const costly = open.filter((name) => /^rivulet\.(systemPrompt|limits|retry|resume|timeouts|buffer|prices|budget)/.test(name));
  expect({ supported, missing: costly.filter((name) => !restrictedConfigurations.includes(name)) }).toEqual({
    supported: 'limited',
    missing: [],
  });
});

it('asks VS Code not to forward the port of the chat service from a remote machine', () => {
  const { 'remote.portsAttributes': ports } = manifest.contributes.configurationDefaults;
  expect(ports).toEqual({
    [settings['rivulet.chatService.port']!.default as number]: { label: 'Rivulet', onAutoForward: 'ignore' },
  });
});

it('shows the settings in categories, in an order of its own, the endpoints first', () => {
  const counted = (length: number): readonly number[] => Array.from({ length }, (_, index) => index + 1);
  expect({
    categories: categories.map(({ order }) => order),
    settings: categories.map(({ properties }) => Object.values(properties).map(({ order }) => order)),
    first: Object.keys(settings)[0],
  }).toEqual({
    categories: counted(categories.length),
    settings: categories.map(({ properties }) => counted(Object.keys(properties).length)),
    first: 'rivulet.endpoints',
  });
});

it('describes every setting, every field of a setting and every choice', () => {
  expect(Object.entries(settings).flatMap(([name, schema]) => undescribed(name, schema))).toEqual([]);
});

it('offers every protocol', () => {
  const { api } = settings['rivulet.endpoints']!.items!.properties!;
  expect(api!.enum).toEqual(['auto', ...apis]);
});

interface Schema {
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
}

function undescribed(name: string, schema: Schema): readonly string[] {
  const inner = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : (schema.items ?? {});
  const fields = { ...schema.properties, ...inner.properties };
  const said = schema.enumDescriptions ?? schema.markdownEnumDescriptions ?? [];
  return [
    ...((schema.markdownDescription ?? schema.description) === undefined ? [name] : []),
    ...(schema.enum !== undefined && schema.enum.length !== said.length ? [`choices of ${name}`] : []),
    ...Object.entries(fields).flatMap(([field, one]) => undescribed(`${name}.${field}`, one)),
  ];
}

it('is loaded when it is needed: no activation at the start of VS Code', () => {
  expect((manifest.activationEvents as string[]).filter((event) => event === '*' || event.startsWith('onStartup'))).toEqual([]);
});

it('gives the reason for every package in docs/dependencies.md, and for none that is gone', () => {
  const page = readFileSync(new URL('../../docs/dependencies.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
  const packages = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter((name) => !name.startsWith('@types/'));
  expect(named.filter((name) => name !== '@musistudio/llms').sort()).toEqual(packages.sort());
});

it.each(['package.nls.json', 'package.nls.zh-cn.json'])(
  'asks the demo in the walkthrough, never the model that is selected: %s',
  (file) => {
    const texts = Object.values(JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')) as Record<string, string>);
    const asked = texts.flatMap((text) =>
      [...text.matchAll(/command:rivulet\.ask\?([^)]*)\)/g)].map(([, query]) => decodeURIComponent(query!)),
    );
    const models = asked.map((query) => (JSON.parse(query) as readonly { readonly model?: string }[]).map(({ model }) => model));
    expect(models).toEqual(Array(4).fill(['demo/tour']));
  },
);
