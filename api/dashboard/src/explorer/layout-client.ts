/** Asking the worker for a layout. */

import type { Picture } from "./picture";

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Task {
  readonly id: number;
  readonly picture: Picture;
}

export interface Arranged {
  readonly id: number;
  /** Where each node goes that no other is in. */
  readonly places: Readonly<Record<string, Place>>;
}

/** A worker, and the last thing it was asked for: an answer to what was asked before is too late. */
export class Arranger {
  private readonly worker = new Worker(new URL("./layout-worker.ts", import.meta.url), {
    type: "module",
  });
  private last = 0;

  /** Calls back once, unless somebody asks again before. */
  arrange(picture: Picture, then: (places: Arranged["places"]) => void): void {
    this.last += 1;
    this.worker.onmessage = ({ data }: MessageEvent<Arranged>) => {
      if (data.id === this.last) {
        then(data.places);
      }
    };
    const task: Task = { id: this.last, picture };
    this.worker.postMessage(task);
  }

  end(): void {
    this.worker.terminate();
  }
}
