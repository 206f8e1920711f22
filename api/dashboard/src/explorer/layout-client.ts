/** The layout worker as the page uses it, and its messages. */

import { handleChunkFailure } from "../chunks";
import type { Picture } from "./picture";

export interface Position {
  readonly x: number;
  readonly y: number;
}

export interface LayoutRequest {
  readonly id: number;
  readonly picture: Picture;
}

export interface LayoutResult {
  readonly id: number;
  /** Positions of the nodes that are no frames, by id. */
  readonly positions: Readonly<Record<string, Position>>;
}

function startWorker(): Worker {
  const worker = new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module" });
  worker.onerror = () => void handleChunkFailure();
  return worker;
}

/** Request layouts from the worker; only the result of the last request counts. */
export class LayoutClient {
  private worker = startWorker();
  private lastId = 0;

  /** Call back with the positions, unless another request is made before. */
  request(picture: Picture, onResult: (positions: LayoutResult["positions"]) => void): void {
    this.lastId += 1;
    this.worker.onmessage = ({ data }: MessageEvent<LayoutResult>) => {
      if (data.id === this.lastId) {
        onResult(data.positions);
      }
    };
    const message: LayoutRequest = { id: this.lastId, picture };
    this.worker.postMessage(message);
  }

  /** Stop the layout that is being computed; it cannot be asked to stop, so its worker ends. */
  cancel(): void {
    this.worker.terminate();
    this.worker = startWorker();
  }

  end(): void {
    this.worker.terminate();
  }
}
