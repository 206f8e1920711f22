/** Something that is sent on the press of a button: on its way, done, or refused and why. */

import { useState } from "preact/hooks";
import type { Problem, Result } from "../api/client";

export interface Save<T> {
  readonly isBusy: boolean;
  readonly done: T | null;
  readonly problem: Problem | null;
  readonly send: (sending: Promise<Result<T>>) => Promise<void>;
  /** As if nothing had been sent. */
  readonly reset: () => void;
}

interface State<T> {
  readonly isBusy: boolean;
  readonly done: T | null;
  readonly problem: Problem | null;
}

export function useSave<T>(): Save<T> {
  const idle = { isBusy: false, done: null, problem: null };
  const [state, setState] = useState<State<T>>(idle);
  const send = async (sending: Promise<Result<T>>) => {
    setState({ ...idle, isBusy: true });
    const result = await sending;
    setState(result.ok ? { ...idle, done: result.value } : { ...idle, problem: result.problem });
  };
  return { ...state, send, reset: () => setState(idle) };
}
