/** Shown when a part of the dashboard could not be loaded, with what the user can do. */

import { type ChunkFailure, reloadDocument, retryChunks } from "../chunks";
import { Notice } from "./notice";

export function MissingPart({ why }: { readonly why: ChunkFailure }) {
  return why === "offline" ? (
    <Notice title="Offline: try again" icon="warning" urgent>
      <p>The service cannot be reached, so this page could not be loaded.</p>
      <button type="button" onClick={retryChunks}>
        Try again
      </button>
    </Notice>
  ) : (
    <Notice title="A new version is here" icon="warning" urgent>
      <p>A part of this page belongs to a version that the service does not have any more.</p>
      <button type="button" onClick={reloadDocument}>
        Load the new version
      </button>
    </Notice>
  );
}
