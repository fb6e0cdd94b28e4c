import { query } from '../shape.ts';
import { stepped } from '../stepped.ts';

/** The query of a route without parameters: any are ignored before 2.102, and refused from there on. */
export const noQuery = query({}, { unknown: stepped('drop', ['2.102', 'refuse']) });
