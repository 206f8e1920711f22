/** The members of a family by what each is to it, in the order in which they are read. */

import type { FamilyMember } from "../api/types";
import { formatNumber, pluralize } from "../text/format";

interface RoleText {
  /** The heading of a group. */
  readonly name: string;
  /** What the role says of a member. */
  readonly about: string;
}

const ROLES: Readonly<Record<string, RoleText>> = {
  canonical: { name: "Canonical", about: "The one definition that the family should have." },
  clone: { name: "Clones", about: "The code is that of another member, but for names." },
  adapter: {
    name: "Adapters",
    about: "At least half of the methods call one attribute that holds a member.",
  },
  wrapper: { name: "Wrappers", about: "An attribute holds a member." },
  subclass: { name: "Subclasses", about: "They inherit from a member." },
  variant: { name: "Variants", about: "They share a base class with the canonical definition." },
  "same-name": { name: "Same name, separate", about: "Another definition has the same name." },
  proposed: {
    name: "Canonical of a part of its own",
    about: "These have nothing to do with the canonical definition; the audit would keep them.",
  },
  fallback: { name: "Fallbacks", about: "They stand where an import has failed." },
  factory: { name: "Factories", about: "They return members." },
  exception: { name: "Exceptions", about: "They inherit from an exception." },
  unrelated: { name: "Only the name in common", about: "Nothing but the name ties them to the family." },
  interface: { name: "Interfaces", about: "Protocols, and abstract classes without state." },
  test: { name: "Tests", about: "Definitions in test files." },
};
const UNKNOWN: RoleText = {
  name: "",
  about: "A role that this version of the dashboard does not know.",
};
const ORDER = Object.keys(ROLES);

export interface MemberGroup extends RoleText {
  readonly role: string;
  readonly members: readonly FamilyMember[];
}

/** Return the groups in the order of their roles; in each, the members with most importers come first. */
export function groupMembers(members: readonly FamilyMember[]): readonly MemberGroup[] {
  const roles = new Set(members.map(({ role }) => role));
  return [...roles]
    .map((role) => ({
      role,
      ...describeRole(role),
      members: members
        .filter((member) => member.role === role)
        .toSorted((a, b) => b.importers - a.importers || (a.id < b.id ? -1 : Number(a.id > b.id))),
    }))
    .toSorted((a, b) => rank(a.role) - rank(b.role));
}

/** A later version of archguard may send roles that this one does not know. */
export function describeRole(role: string): RoleText {
  return Object.hasOwn(ROLES, role) ? { ...UNKNOWN, ...ROLES[role] } : { ...UNKNOWN, name: role };
}

function rank(role: string): number {
  const index = ORDER.indexOf(role);
  return index < 0 ? ORDER.indexOf("interface") : index;
}

const STATUSES: Readonly<Record<FamilyMember["status"], string>> = {
  canonical: "canonical",
  violation: "violation",
  allowed: "allowed",
  interface: "not counted",
  test: "test",
};

/** Return what the contract makes of a member, in a word. */
export function describeStatus({ status }: FamilyMember): string {
  return STATUSES[status] ?? status;
}

/** Return who imports a member, as in "408 importers by 5 paths, 402 of them tests". */
export function describeImporters({ importers, test_importers, paths }: FamilyMember): string {
  if (importers === 0) {
    return "imported by no module";
  }
  const by = paths.length > 1 ? ` by ${pluralize(paths.length, "path")}` : "";
  const tests =
    test_importers === 0
      ? ""
      : test_importers === importers
        ? ", all of them tests"
        : `, ${formatNumber(test_importers)} of them tests`;
  return pluralize(importers, "importer") + by + tests;
}
