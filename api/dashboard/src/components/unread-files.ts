/** Where the files that could not be read are listed. */

import { pathTo } from "../router";

/** The part of a snapshot's page, as the address names it. */
export const UNREAD_PART = "unread";

/** Return the address of the list of a commit's unread files. */
export function unreadFilesPath(project: string, commit: string): string {
  return pathTo("snapshot", { project, commit }, { part: UNREAD_PART });
}
