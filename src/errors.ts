/**
 * Every failure that a user can cause, by its stable code, with the exit status of the program:
 * 1 = it could not be done, 2 = wrong use of the command line.
 */
export const exitStatuses = {
  BERTH_USAGE: 2,
  BERTH_NO_CI: 1,
  BERTH_SEVERAL_CI: 1,
  BERTH_OTHER_CI: 1,
  BERTH_MISSING_VARIABLE: 1,
  BERTH_MISSING_CREDENTIAL: 1,
  BERTH_NOT_ACCEPTED: 1,
  BERTH_SHORT_LIVED: 1,
  BERTH_BAD_CREDENTIAL: 1,
  BERTH_BAD_REGISTRY: 1,
  BERTH_BAD_VALUE: 1,
  BERTH_BAD_CONFIG: 1,
  BERTH_BAD_DOCKER_AUTH_CONFIG: 1,
  BERTH_BAD_ENV_FILE: 1,
  BERTH_TEMP_DIR: 1,
  BERTH_UNSAFE_DIRECTORY: 1,
  BERTH_DISK: 1,
  BERTH_INTERNAL: 1,
} as const;

export type ErrorCode = keyof typeof exitStatuses;

/** A failure that a user can understand: what failed, the offending name (never a secret), and what to do. */
export class BerthError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, hint: string) {
    super(message);
    this.name = "BerthError";
    this.code = code;
    this.hint = hint;
  }

  // Parts of the program that are loaded later have a class of their own (release/build.ts).
  static override [Symbol.hasInstance](it: unknown): boolean {
    return typeof it === "object" && it !== null && Reflect.get(it, "name") === "BerthError";
  }

  get exitStatus(): 1 | 2 {
    return exitStatuses[this.code];
  }
}

/** The code of a Node system error, such as `ENOENT`; "" for anything else. */
export const systemErrorCode = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
