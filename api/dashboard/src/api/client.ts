/** Requests to the API. A failure is returned, not thrown, so that every caller shows it. */

import { signal } from "@preact/signals";
import { PREFIX } from "../path-prefix";
import { type Query, queryString } from "../router";

/** An error as the API describes it (RFC 9457). */
export interface Problem {
  /** The HTTP status, or 0 if the service did not answer. */
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly at: string; readonly problem: string }[] | null;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

/** An address of the API; `T` is the type of its answer. */
export interface Endpoint<T> {
  readonly path: string;
  readonly answer?: T;
}

/** Counts the answers that somebody must sign in. */
export const refusals = signal(0);

/** Return the endpoint at `/api/v1/` followed by the path's parts, which are escaped. */
export function endpoint<T>(parts: readonly string[], query: Query = {}): Endpoint<T> {
  return { path: `/api/v1/${parts.map(encodeURIComponent).join("/")}${queryString(query)}` };
}

/** Request an endpoint. The browser caches answers by their ETag. */
export function get<T>(endpoint: Endpoint<T>, signal?: AbortSignal): Promise<Result<T>> {
  return request<T>("GET", endpoint.path, undefined, signal);
}

/** Create, change or delete something; with a token as whoever has it, else as the browser's cookie says. */
export function send<T>(
  method: "POST" | "PATCH" | "DELETE",
  endpoint: Endpoint<T>,
  body?: unknown,
  token?: string,
): Promise<Result<T>> {
  return request<T>(method, endpoint.path, body, undefined, token);
}

async function request<T>(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  token?: string,
): Promise<Result<T>> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (token !== undefined) {
    headers["authorization"] = `Bearer ${token}`;
  }
  if (body !== undefined) {
    headers["content-type"] = "application/json";
  }
  try {
    const response = await fetch(PREFIX + path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
    if (response.status === 401) {
      refusals.value += 1;
    }
    const answer: unknown = response.status === 204 ? null : await response.json();
    return response.ok
      ? { ok: true, value: answer as T }
      : { ok: false, problem: readProblem(answer, response) };
  } catch (error) {
    if (signal?.aborted) {
      throw error;
    }
    return { ok: false, problem: { status: 0, detail: "The service does not answer." } };
  }
}

function readProblem(body: unknown, response: Response): Problem {
  const problem = body as Partial<Problem> | null;
  return {
    status: response.status,
    detail: problem?.detail ?? `The service answered ${response.status}.`,
    errors: problem?.errors ?? null,
  };
}
