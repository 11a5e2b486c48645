// The processes in which VS Code runs extensions, one for each window; on Linux, where they can be looked up.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Place } from '../../scripts/places.ts';

/** Process ids. For a server only those it started; for desktop VS Code, which starts them in separate groups, all. */
export function extensionHosts(place: Place): number[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const isHost = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=extensionHost');
        return isHost && (place.kind === 'desktop' || groupOf(pid) === place.processGroup);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** proc_pid_stat(5): the name in brackets is followed by state, parent, and process group. */
function groupOf(pid: string): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}
