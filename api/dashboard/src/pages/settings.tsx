/** The service's settings: the user's token, the tokens of all projects, and who did what. */

import type { Token } from "../api/types";
import { Card } from "../components/card";
import { PageTitle } from "../components/page-title";
import "../settings/settings.css";
import { PREFIX } from "../path-prefix";
import { AuditLog } from "../settings/audit-log";
import { RequireAdmin } from "../settings/require-admin";
import { Tokens } from "../settings/tokens";
import { formatAge, formatDate } from "../text/format";

export default function Settings() {
  return (
    <>
      <PageTitle title="Settings" about="Those of a project are behind its name." />
      <RequireAdmin>
        {(own) => (
          <div class="stack">
            <Own token={own} />
            <Tokens project={own.project} own={own} />
            <AuditLog project={own.project} />
          </div>
        )}
      </RequireAdmin>
    </>
  );
}

function Own({ token }: { readonly token: Token }) {
  return (
    <Card title="You">
      <p>
        You are signed in with <code>agp_{token.id}_…</code>
        {token.name !== null && <> ({token.name})</>}, made {formatAge(token.created_at)}: scope{" "}
        <b>{token.scope}</b>, for <b>{token.project ?? "every project"}</b>,{" "}
        {token.expires_at === null ? "until it is revoked" : `until ${formatDate(token.expires_at)}`}.
        Until then, or until you sign out, every tab of this browser is signed in.
      </p>
      <p class="muted">
        Everything here can be done by a program, too: see <a href={`${PREFIX}/docs`}>the API</a>.
      </p>
    </Card>
  );
}
