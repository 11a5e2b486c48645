// npm for folders of its own: what an outer `npm test` says about itself must not reach it.
import { Explained } from './explained.ts';
import { run } from './processes.ts';

/** @param args the command and what it is told, such as `['install', 'some-package@1.2.3']` */
export async function npm(folder: string, args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const code = await run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    env: { ...withoutOuterNpm(), ...env },
  });
  if (code !== 0) throw new Explained(`npm ${args.join(' ')} failed; the lines above say why.`);
}

/** An outer `npm start` describes itself and its Node in npm_* variables; of these, only the ways to the registry hold. */
function withoutOuterNpm(): NodeJS.ProcessEnv {
  const holds = /^npm_config_(cache|registry|(https?_)?proxy|noproxy|ca|cafile|strict_ssl|userconfig|offline|prefer_offline|fetch_\w+)$/i;
  const entries = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || holds.test(name));
  return Object.fromEntries(entries);
}
