/** The shells that CI jobs run in: a name for people, the program to look for, and the command. */
export const shells = [
  { name: "sh", program: "sh", command: ["sh"] },
  { name: "dash", program: "dash", command: ["dash"] },
  { name: "bash", program: "bash", command: ["bash", "--norc"] },
  { name: "zsh", program: "zsh", command: ["zsh", "-f"] },
  { name: "busybox sh", program: "busybox", command: ["busybox", "sh"] },
] as const;

/** A word that every POSIX shell reads as `text`. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
