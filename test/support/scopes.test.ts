import { expect, test } from "@jest/globals";
import { formatAccess, intersect } from "./scopes.ts";

const rights = [
  { project: "group/app", actions: ["pull", "push", "delete"] },
  { project: "group/base", actions: ["pull"] },
];

test.each([
  ["the own project", ["repository:group/app:pull,push"], ["repository:group/app:pull,push"]],
  [
    "below the own project",
    ["repository:group/app/a/b:delete"],
    ["repository:group/app/a/b:delete"],
  ],
  ["a project whose name begins like the own", ["repository:group/app-2:pull"], []],
  ["the group above", ["repository:group:pull"], []],
  ["more than a right allows", ["repository:group/base:pull,push"], ["repository:group/base:pull"]],
  ["every action", ["repository:group/app:*"], []],
  ["two scopes", ["repository:x:pull", "repository:group/app:pull"], ["repository:group/app:pull"]],
  ["another type", ["registry:catalog:*"], []],
  ["no scope's form", ["group/app", "repository:group/app"], []],
])("intersect() with %s", (_, asked, granted) => {
  expect(intersect(asked, rights).map(formatAccess)).toEqual(granted);
});
