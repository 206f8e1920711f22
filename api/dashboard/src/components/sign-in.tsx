/** The form for a token, which is kept until the tab is closed. */

import { useId, useState } from "preact/hooks";
import { signIn } from "../session";

const TOKEN = /^agp_[0-9A-Za-z]{8}_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}$/;

export function SignIn({ open = false }: { readonly open?: boolean }) {
  const [isOpen, setIsOpen] = useState(open);
  if (!isOpen) {
    return (
      <button type="button" class="quiet" onClick={() => setIsOpen(true)}>
        Sign in
      </button>
    );
  }
  return <TokenForm focus={!open} />;
}

function TokenForm({ focus }: { readonly focus: boolean }) {
  const [text, setText] = useState("");
  const [isRefused, setIsRefused] = useState(false);
  const id = useId();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (TOKEN.test(text.trim())) {
      signIn(text.trim());
    } else {
      setIsRefused(true);
    }
  };
  return (
    <form class="sign-in" onSubmit={submit}>
      <label for={id}>Token</label>
      <input
        id={id}
        // Hides the token; the browser must not offer to save it.
        type="password"
        autocomplete="off"
        spellcheck={false}
        placeholder="agp_…"
        value={text}
        ref={focus ? takeFocus : null}
        onInput={(event) => setText(event.currentTarget.value)}
        aria-invalid={isRefused}
        aria-describedby={`${id}-hint`}
      />
      <button type="submit" class="primary">
        Sign in
      </button>
      <p id={`${id}-hint`} class="hint">
        {isRefused ? (
          "That is not a complete token: it begins with agp_ and has three more parts."
        ) : (
          <>
            Kept until this tab is closed. <code>archguard token create</code> makes one.
          </>
        )}
      </p>
    </form>
  );
}

function takeFocus(input: HTMLInputElement | null): void {
  input?.focus();
}
