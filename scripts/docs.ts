// The pages of docs/ that are generated from package.json, its texts, and the table of rooms. `npm run docs` writes them;
// test/unit/docs.test.ts fails when one is stale.
import { readFileSync } from 'node:fs';
import { commandDescriptions } from './commandDescriptions.ts';
import { root } from './paths.ts';
import { rooms } from './rooms.ts';

interface Schema {
  readonly type?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly scope?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly enumDescriptions?: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly keybindings: readonly { readonly command: string; readonly key: string; readonly mac?: string }[];
    readonly configuration: readonly { readonly title: string; readonly properties: Readonly<Record<string, Schema>> }[];
  };
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
}

const made = '<!-- Made by `npm run docs`. Change package.json, package.nls.json or the files in scripts instead. -->';

/** Every made page: its path, and its text as it should be. */
export function madePages(): ReadonlyMap<string, string> {
  const manifest = JSON.parse(textOf('package.json')) as Manifest;
  const texts = JSON.parse(textOf('package.nls.json')) as Readonly<Record<string, string>>;
  const say = (key: string | undefined): string => (key ?? '').replace(/^%(.+)%$/, (_, name: string) => texts[name] ?? `(${name}?)`);
  return new Map([
    ['docs/settings.md', settingsPage(manifest, say)],
    ['docs/commands.md', commandsPage(manifest, say)],
    ['docs/architecture.md', withRooms(textOf('docs/architecture.md'))],
  ]);
}

function textOf(path: string): string {
  return readFileSync(`${root}/${path}`, 'utf8').replaceAll('\r\n', '\n');
}

function settingsPage(manifest: Manifest, say: (key: string | undefined) => string): string {
  const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
  const sections = manifest.contributes.configuration.flatMap(({ title, properties }) => [
    `## ${say(title)}`,
    ...Object.entries(properties).map(([name, schema]) =>
      [
        `### \`${name}\``,
        describe(schema, say),
        facts(schema, restricted.includes(name)),
        ...choices(schema, say),
        ...fields(schema.items ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {}), say),
      ].join('\n\n'),
    ),
  ]);
  const introduction = [
    '# Settings',
    made,
    [
      'A setting *of this machine* is read from the user settings of the machine that Rivulet runs on,',
      'and one *of the application* from the user settings: no folder that you open can change them.',
      'The others can also be set for a workspace;',
      'those marked *not in an untrusted workspace* are ignored there until you trust it.',
    ].join(' '),
  ];
  return `${[...introduction, ...sections].join('\n\n')}\n`;
}

/** The setting's text, with VS Code's links between settings as links of the page. */
function describe(schema: Schema, say: (key: string | undefined) => string): string {
  return say(schema.markdownDescription ?? schema.description).replace(
    /`#([\w.]+)#`/g,
    (_, name: string) => `[\`${name}\`](#${name.toLowerCase().replaceAll('.', '')})`,
  );
}

function facts(schema: Schema, restricted: boolean): string {
  const { type, minimum, maximum, scope } = schema;
  const range =
    maximum !== undefined
      ? `${minimum ?? 0} to ${maximum.toLocaleString('en')}`
      : minimum !== undefined
        ? `at least ${minimum}`
        : undefined;
  const where = scope === 'machine' ? 'of this machine' : scope === 'application' ? 'of the application' : undefined;
  const all = [
    type,
    range,
    `default \`${JSON.stringify(schema.default)}\``,
    where,
    restricted ? 'not in an untrusted workspace' : undefined,
  ];
  const [first, ...rest] = all.filter((fact) => fact !== undefined);
  return `*${first![0]!.toUpperCase()}${first!.slice(1)}*, ${rest.join(', ')}.`;
}

function choices(schema: Schema, say: (key: string | undefined) => string): readonly string[] {
  const said = schema.markdownEnumDescriptions ?? schema.enumDescriptions;
  if (schema.enum === undefined || said === undefined) return [];
  return [schema.enum.map((value, index) => `- \`${value}\`: ${say(said[index])}`).join('\n')];
}

function fields(schema: Schema, say: (key: string | undefined) => string): readonly string[] {
  const entries = Object.entries(schema.properties ?? {});
  if (entries.length === 0) return [];
  const rows = entries.map(([name, field]) => {
    const needed = schema.required?.includes(name) === true ? ' (required)' : '';
    const values = choices(field, say).join('').replaceAll('\n- ', '<br>').replace(/^- /, '<br>');
    return `| \`${name}\`${needed} | ${`${describe(field, say)}${values}`.replaceAll('|', '\\|')} |`;
  });
  return [['| field | |', '| --- | --- |', ...rows].join('\n')];
}

function commandsPage(manifest: Manifest, say: (key: string | undefined) => string): string {
  const rows = manifest.contributes.commands.map(({ command, title }) => {
    const keys = manifest.contributes.keybindings.filter((binding) => binding.command === command).map(keyOf);
    return `| **${say(title)}** | \`${command}\` | ${keys.join(', ')} | ${commandDescriptions[command] ?? '(not described)'} |`;
  });
  return `${[
    '# Commands',
    made,
    [
      'All are in the command palette under **Rivulet**.',
      'The names in the second column are for key bindings and for `vscode.commands.executeCommand`;',
      'commands that do work return a promise that settles when the work has ended.',
    ].join(' '),
    ['| command | name | key | |', '| --- | --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n')}\n`;
}

function keyOf({ key, mac }: { readonly key: string; readonly mac?: string }): string {
  const named = (keys: string): string =>
    keys
      .split('+')
      .map((part) => part[0]!.toUpperCase() + part.slice(1))
      .join('+');
  return mac === undefined ? named(key) : `${named(key)} (macOS: ${named(mac)})`;
}

function withRooms(page: string): string {
  const rows = rooms.map(({ path, holds, mayImport }) => {
    const may = mayImport.map((one) => (one === '' ? 'everything' : `\`${one.replace(/\/$/, '').replace(/:$/, ':*')}\``)).join(', ');
    return `| \`src/${path}\` | ${holds} | ${may || 'nothing'} |`;
  });
  const table = ['| room | holds | may import |', '| --- | --- | --- |', ...rows].join('\n');
  const place = /<!-- rooms -->[^]*<!-- \/rooms -->/;
  if (!place.test(page)) throw new Error('docs/architecture.md has no place for the table of rooms.');
  return page.replace(place, () => `<!-- rooms -->\n\n${table}\n\n<!-- /rooms -->`);
}
