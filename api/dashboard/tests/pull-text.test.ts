import assert from "node:assert/strict";
import { test } from "node:test";
import type { ListedPullRequest } from "../src/api/types";
import {
  describeAge,
  describeBase,
  describeState,
  formatSigned,
  readStateFilter,
} from "../src/pulls/pull-text";

const LEFT_AT = "a".repeat(40);
const EARLIER = "b".repeat(40);

function pull(rest: Partial<ListedPullRequest> = {}): ListedPullRequest {
  const at = { commit: LEFT_AT, committed_at: "2026-03-01T00:00:00Z" };
  return {
    number: 12,
    head_branch: "feature",
    base_branch: "main",
    head: { commit: "c".repeat(40), committed_at: "2026-03-02T00:00:00Z" },
    base: at,
    base_commit: LEFT_AT,
    state: "open",
    reason: null,
    first_seen_at: "2026-03-02T00:00:00Z",
    seen_at: "2026-03-02T00:00:00Z",
    age_days: 0,
    added: 2,
    fixed: 5,
    dropped: 0,
    sentence: "",
    ...rest,
  };
}

test("a count has its sign, and an unknown one is no zero", () => {
  assert.equal(formatSigned(2, "+"), "+2");
  assert.equal(formatSigned(1234, "−"), "−1,234");
  assert.equal(formatSigned(0, "−"), "0");
  assert.equal(formatSigned(null, "+"), "–");
});

test("an address that asks for no state there is asks for the open ones", () => {
  assert.equal(readStateFilter("all"), "all");
  assert.equal(readStateFilter(null), "open");
  assert.equal(readStateFilter("<svg>"), "open");
});

test("a merged one is told from one that was not seen for long", () => {
  assert.equal(describeState(pull()).name, "open");
  assert.equal(describeState(pull({ state: "closed", reason: "merged" })).name, "merged");
  assert.equal(describeState(pull({ state: "closed", reason: "not-seen" })).name, "closed");
});

test("of the exact base nothing is said", () => {
  assert.equal(describeBase(pull()), null);
  assert.equal(describeBase(pull({ base: null })), null);
});

test("of another base it is said what is counted, too", () => {
  const base = { commit: EARLIER, committed_at: "2026-03-01T00:00:00Z" };

  assert.match(describeBase(pull({ base })) ?? "", /^The change left main at aaaaaaaaa, which has no/);
  assert.match(describeBase(pull({ base, base_commit: null })) ?? "", /^The upload does not say/);
});

test("the first day has a name", () => {
  assert.equal(describeAge(pull()), "today");
  assert.equal(describeAge(pull({ age_days: 1 })), "1 day");
});
