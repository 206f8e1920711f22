/** A hook for requests that a button sends: whether one is under way, and its result. */

import { useState } from "preact/hooks";
import type { Problem, Result } from "../api/client";

export interface Save<T> {
  readonly isBusy: boolean;
  readonly done: T | null;
  readonly problem: Problem | null;
  readonly send: (sending: Promise<Result<T>>) => Promise<void>;
  /** Forget the result. */
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
