// The processes in which VS Code runs extensions, one for each window; on Linux, where they can be looked up.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Place } from '../../scripts/places.ts';

/** Their process ids. Of a server only its own; the desktop program starts them in groups of their own, so there it is all. */
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

/** proc_pid_stat(5): behind the name in brackets are state, parent and process group. */
function groupOf(pid: string): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}
