/** The form for a token, which is exchanged for a cookie: the page forgets it. */

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
  const [refusal, setRefusal] = useState<string | null>(null);
  const id = useId();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!TOKEN.test(text.trim())) {
      setRefusal("That is not a complete token: it begins with agp_ and has three more parts.");
      return;
    }
    const result = await signIn(text.trim());
    if (!result.ok) {
      setRefusal(
        result.problem.status === 401
          ? "The service does not know this token, or it holds no longer."
          : result.problem.detail,
      );
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
        aria-invalid={refusal !== null}
        aria-describedby={`${id}-hint`}
      />
      <button type="submit" class="primary">
        Sign in
      </button>
      <p id={`${id}-hint`} class={refusal === null ? "hint" : "hint refusal"} role="status">
        {refusal ?? (
          <>
            Signs in every tab of this browser. <code>archguard token create</code> makes one.
          </>
        )}
      </p>
    </form>
  );
}

function takeFocus(input: HTMLInputElement | null): void {
  input?.focus();
}
