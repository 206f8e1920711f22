/** Renders its children if the token may change settings, else says what is missing. */

import type { ComponentChildren } from "preact";
import * as endpoints from "../api/endpoints";
import type { Token } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Loaded, Loading, Notice } from "../components/notice";
import { SignIn } from "../components/sign-in";
import { session, signOut } from "../session";

interface Properties {
  readonly children: (token: Token) => ComponentChildren;
}

export function RequireAdmin({ children }: Properties) {
  if (session.value === undefined) {
    return <Loading lines={10} />;
  }
  return session.value === null ? (
    <Notice title="Sign in to see the settings">
      <p>It needs a token with the scope admin.</p>
      <SignIn open />
    </Notice>
  ) : (
    <CheckScope>{children}</CheckScope>
  );
}

function CheckScope({ children }: Properties) {
  const answer = useAnswer(endpoints.token());
  return (
    <Loaded answer={answer} lines={10}>
      {(own) =>
        own.scope === "admin" ? (
          children(own)
        ) : (
          <Notice title={`Your token may ${own.scope}, and no more`}>
            <p>Changing settings needs the scope admin.</p>
            <button type="button" onClick={signOut}>
              Sign in with another token
            </button>
          </Notice>
        )
      }
    </Loaded>
  );
}
