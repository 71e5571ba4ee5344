/** Parts of a program that are loaded when they are first needed, so that what everybody waits for stays small. */
import { Fault } from './result.ts';

/** Throws `Fault` where the part cannot be had now: it is asked for again with whatever needed it. */
export async function later<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new Fault(`a part cannot be loaded: ${error instanceof Error ? error.message : error}`);
  }
}
