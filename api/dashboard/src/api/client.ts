/** Questions to the API. An error is a value, too: whoever asks must say what is shown then. */

import { type Query, queryString } from "../router";
import { token } from "../session";

/** What the API says of an error (RFC 9457), or what there is to say without it. */
export interface Problem {
  /** The HTTP status; 0: there was no answer. */
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly at: string; readonly problem: string }[] | null;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

/** Something to ask for, and in its type what the answer will be. */
export interface Question<T> {
  readonly path: string;
  readonly answer?: T;
}

/** A question below `/api/v1`; parts of the path are escaped. */
export function question<T>(parts: readonly string[], query: Query = {}): Question<T> {
  return { path: `/api/v1/${parts.map(encodeURIComponent).join("/")}${queryString(query)}` };
}

/** Ask. The browser keeps what has an ETag and asks whether it still holds. */
export function ask<T>(asked: Question<T>, signal?: AbortSignal): Promise<Result<T>> {
  return send<T>("GET", asked.path, undefined, signal);
}

/** Have something made, changed or taken away. */
export function tell<T>(
  method: "POST" | "PATCH" | "DELETE",
  asked: Question<T>,
  body?: unknown,
): Promise<Result<T>> {
  return send<T>(method, asked.path, body);
}

async function send<T>(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Result<T>> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (token.value !== null) {
    headers["authorization"] = `Bearer ${token.value}`;
  }
  if (body !== undefined) {
    headers["content-type"] = "application/json";
  }
  try {
    const response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
    const said: unknown = response.status === 204 ? null : await response.json();
    return response.ok
      ? { ok: true, value: said as T }
      : { ok: false, problem: problemOf(said, response) };
  } catch (error) {
    if (signal?.aborted) {
      throw error;
    }
    return { ok: false, problem: { status: 0, detail: "The service does not answer." } };
  }
}

function problemOf(said: unknown, response: Response): Problem {
  const problem = said as Partial<Problem> | null;
  return {
    status: response.status,
    detail: problem?.detail ?? `The service answered ${response.status}.`,
    errors: problem?.errors ?? null,
  };
}
