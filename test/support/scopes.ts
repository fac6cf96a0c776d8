/** What a token may do with a repository, in the words of the registry's token protocol. */
export type Action = "pull" | "push" | "delete";

/** Rights on one project's repositories: the one of its name, and all below it. */
export interface Rights {
  readonly project: string;
  readonly actions: readonly string[];
}

/** One entry of a registry token's `access` claim. */
export interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

const owns = (project: string, repository: string): boolean =>
  repository === project || repository.startsWith(`${project}/`);

// `repository:group/app:pull,push`
const parseScope = (scope: string): Access | null => {
  const match = /^(?<type>[a-z]+):(?<name>.+):(?<actions>[^:]*)$/.exec(scope);
  const { type, name, actions } = match?.groups ?? {};
  return type === undefined || name === undefined || actions === undefined
    ? null
    : { type, name, actions: actions.split(",").filter((action) => action !== "") };
};

/** The scope that asks for `access`, as `repository:group/app:pull,push`. */
export const formatAccess = ({ type, name, actions }: Access): string =>
  `${type}:${name}:${actions.join(",")}`;

/** What of the asked `scopes` the `rights` allow; a scope of which nothing is allowed is left out. */
export const intersect = (
  scopes: readonly string[],
  rights: readonly Rights[],
): readonly Access[] =>
  scopes
    .map(parseScope)
    .filter((asked) => asked !== null)
    .filter((asked) => asked.type === "repository")
    .map((asked) => ({
      ...asked,
      actions: asked.actions.filter((action) =>
        rights.some((right) => owns(right.project, asked.name) && right.actions.includes(action)),
      ),
    }))
    .filter((granted) => granted.actions.length > 0);
