// Starts the one VS Code that all browser tests share, and ends it after the last of them.
import type { TestProject } from 'vitest/node';
import { startPlace } from '../../scripts/place.ts';
import type { Place } from '../../scripts/places.ts';
import { ensureChromium } from '../../scripts/systemPackages.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    place: Place;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await ensureChromium();
  const own = await startPlace({ frozen: true });
  project.provide('place', own.place);
  return async () => own[Symbol.asyncDispose]();
}
