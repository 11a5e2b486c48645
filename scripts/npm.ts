// Runs npm in another folder, without the variables that an outer `npm test` sets.
import { Explained } from './explained.ts';
import { run } from './processes.ts';

/** @param args the command and its arguments, such as `['install', 'some-package@1.2.3']` */
export async function npm(folder: string, args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const code = await run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    env: { ...withoutOuterNpm(), ...env },
  });
  if (code !== 0) throw new Explained(`npm ${args.join(' ')} failed; the lines above say why.`);
}

/** An outer npm describes itself in npm_* variables; only those about the registry apply here. */
function withoutOuterNpm(): NodeJS.ProcessEnv {
  const holds = /^npm_config_(cache|registry|(https?_)?proxy|noproxy|ca|cafile|strict_ssl|userconfig|offline|prefer_offline|fetch_\w+)$/i;
  const entries = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || holds.test(name));
  return Object.fromEntries(entries);
}
