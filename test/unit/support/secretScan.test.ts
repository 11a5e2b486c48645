import { expect, it } from 'vitest';
import { secretsIn } from '../../../scripts/secretScan.ts';

// Put together here, so that the scan does not find this file.
const letters = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fG3iJ6lM9oP2';

it.each([
  ['sk-', 'proj-', letters],
  ['sk-', 'or-v1-', letters],
  ['AI', 'za', letters.slice(0, 35)],
  ['gs', 'k_', letters],
  ['h', 'f_', letters],
  ['gh', 'p_', letters],
  ['npm', '_', letters.slice(0, 36)],
  ['AK', 'IA', 'QWERTYUIOPASDFGH'],
  ['xo', 'xb-', letters],
  ['-----BEGIN RSA ', 'PRIVATE KEY', '-----'],
  ['Bear', 'er ', letters],
])('finds a key that begins with %s%s', (...parts) => {
  expect(secretsIn(`key = "${parts.join('')}"`)).toHaveLength(1);
});

it('does not take words for keys', () => {
  expect(secretsIn('sk-for-tests, Bearer $RIVULET_KEY, task-scheduler-configuration, AIza')).toEqual([]);
});
