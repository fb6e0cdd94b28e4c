import type { Answered } from '../cloud.ts';
import type { At } from './sample-cloud.ts';

/** How a sample's answer is got: by folder and file, at every microversion that the samples have it for. */
export type Recipe = (at: At) => Promise<Answered>;
export type Recipes = Readonly<Record<string, Recipe>>;
