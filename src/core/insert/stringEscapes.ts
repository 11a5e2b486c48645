/** Escapes quotes inside strings if the grammar of the language does not tell how. */
import type { StringEscape } from './cursorPlace.ts';

/** Languages that double quotes and have no backslash escapes, whatever their grammars say. */
const doubling = new Set(
  'sql mysql plsql tsql mssql pgsql vb vba vbs vbscript pascal objectpascal delphi fortran ada abap cobol'.split(' '),
);
const shells = new Set(['shellscript', 'bash', 'zsh', 'fish']);

/**
 * @param scopes of the grammar at the cursor, outermost first
 * @param found what trying the quotes with the grammar gave
 */
export function escapesIn(
  language: string | undefined,
  scopes: readonly string[],
  found: readonly StringEscape[],
): readonly StringEscape[] {
  const inner = scopes.findLast((scope) => scope.startsWith('string.quoted')) ?? '';
  // Nothing is escaped in a raw string of Go: another string is put between two.
  if (language === 'go' && inner.includes('.raw')) return [{ mark: '`', by: '', instead: '` + "`" + `' }];
  const quote = inner.includes('.single') ? "'" : inner.includes('.double') ? '"' : undefined;
  if (quote === undefined) return found;
  const isAttribute = scopes.some((scope) => /^meta\.(?:tag\.)?attributes?\b/.test(scope)) || /\.(?:html|xml)$/.test(inner);
  // Markup attributes have entities, not escapes.
  if (isAttribute) {
    const entity = { mark: quote, by: '', instead: quote === '"' ? '&quot;' : '&#39;' };
    return inner.endsWith('.xml') ? [entity, { mark: '<', by: '', instead: '&lt;' }] : [entity];
  }
  if (doubling.has(language ?? '')) return [{ mark: quote, by: quote }];
  if (!shells.has(language ?? '') || inner.includes('single.dollar')) return found;
  // Nothing is escaped between single quotes: they are closed and opened again.
  if (quote === "'") return [{ mark: quote, by: '', instead: "'\\''" }];
  // A command would run there.
  return [...found.filter(({ mark }) => mark !== '`'), { mark: '`', by: '\\' }];
}
