const REDACTED = "[redacted]";

/**
 * A value that must not be seen: it prints as `[redacted]` in strings, JSON and `util.inspect`.
 * `Secret.open` gives the value back; a test holds which files may call it.
 */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  static open<T>(secret: Secret<T>): T {
    return secret.#value;
  }

  /** Whether both are there and hold the same. */
  static equal<T>(one: Secret<T> | undefined, other: Secret<T> | undefined): boolean {
    return one !== undefined && other !== undefined && one.#value === other.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return REDACTED;
  }
}
