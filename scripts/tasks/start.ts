// `npm start`: VS Code with Rivulet loaded from this checkout; the desktop program when there is one, else the server.
// `npm start -- --ask "…"`: the same without a display; asks in the panel and mirrors the answer here.
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { askInPanel } from '../ask.ts';
import { desktopArguments, own as ownFolders } from '../desktop.ts';
import { Explained, runTask } from '../explained.ts';
import { cacheFolder, demoFolder, root } from '../paths.ts';
import { startPlace, windowAddress } from '../place.ts';
import { interrupted, run, startProcess } from '../processes.ts';
import { build } from '../stages.ts';
import { onPath } from '../systemPackages.ts';

/** The same port each time, so that a forwarded port or a bookmark keeps working. Another one if it is in use. */
const usualPort = 7481;

await runTask(async () => {
  const { ask } = options();
  console.log('Building …');
  if ((await build()).failures.length > 0) throw new Explained('The build failed; the lines above say why.');
  if (ask !== undefined) return await askInPanel(ask);
  const code = process.env['RIVULET_HOST'] === undefined ? onPath('code') : undefined;
  return code ? await openInstalled(code) : await openOwn();
});

function options(): { readonly ask?: string } {
  try {
    const { ask } = parseArgs({ options: { ask: { type: 'string' } } }).values;
    if (ask?.trim() === '') throw new Error('There is no question after --ask.');
    return ask === undefined ? {} : { ask };
  } catch (error) {
    throw new Explained(`${(error as Error).message}\nUse: npm start, or npm start -- --ask "your question"`);
  }
}

async function openInstalled(code: string): Promise<number> {
  // `code` returns at once, so the folder must outlive this process.
  const folder = join(cacheFolder, 'demo');
  await rm(folder, { recursive: true, force: true });
  await cp(demoFolder, folder, { recursive: true });
  console.log(`Opening VS Code (${code}) with Rivulet …`);
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, folder];
  return await run(code, args, { shell: process.platform === 'win32' });
}

async function openOwn(): Promise<number> {
  const stop = interrupted();
  console.log('Starting VS Code …');
  await using own = await startPlace({ port: usualPort, lasting: true, settings: { 'workbench.startupEditor': 'readme' } });
  const { place } = own;
  if (place.kind === 'desktop') {
    const args = [place.folder, ...ownFolders(place), ...desktopArguments, `--extensionDevelopmentPath=${root}`];
    await using program = startProcess(place.executable, args, { stdio: 'ignore' });
    await Promise.race([stop, program.ended]);
    return 0;
  }
  const address = windowAddress(place);
  console.log(`\nVS Code with Rivulet is at\n\n  ${address}\n`);
  const display = process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'];
  if (display && onPath('xdg-open')) startProcess('xdg-open', [address], { stdio: 'ignore' });
  console.log('Open it in a browser and click the waves on the left. Press Ctrl+C here to end.');
  const ended = await Promise.race([stop, own.ended]);
  if (ended !== undefined) throw new Explained(`The VS Code server ended by itself, with code ${String(ended)}.`);
  console.log('\nEnding VS Code …');
  return 0;
}
