import type { ImageServices } from './route.ts';

/** Uploads under way, in all and by project: a bound on disk space and hashing that is asked for at once. */
export class UploadPlaces {
  readonly #limits: Pick<ImageServices, 'uploadsMax' | 'uploadsOfProjectMax'>;
  readonly #byProject = new Map<string | null, number>();
  #count = 0;

  constructor(limits: Pick<ImageServices, 'uploadsMax' | 'uploadsOfProjectMax'>) {
    this.#limits = limits;
  }

  /** Takes a place for a project (null: a caller without one); false when there is none left. */
  take(projectId: string | null): boolean {
    const own = this.#byProject.get(projectId) ?? 0;
    if (this.#count >= this.#limits.uploadsMax || own >= this.#limits.uploadsOfProjectMax) return false;
    this.#count++;
    this.#byProject.set(projectId, own + 1);
    return true;
  }

  /** Gives one back. */
  leave(projectId: string | null): void {
    const own = (this.#byProject.get(projectId) ?? 0) - 1;
    this.#count--;
    if (own > 0) this.#byProject.set(projectId, own);
    else this.#byProject.delete(projectId);
  }
}
