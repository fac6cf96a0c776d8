import type { Machine } from "./machine.ts";
import type { Style } from "./style.ts";

/** Tells that something is waited for, and gives it back. */
export type Progress = <T>(what: string, work: Promise<T>) => Promise<T>;

const FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
/** In milliseconds. */
const INTERVAL = 80;

/** What fits into one line of any terminal, which alone can be drawn anew. */
const WIDTH = 70;

// A log keeps each line; a terminal's last line is drawn anew, and is gone when nothing is waited for any more.
const inLog = ({ tell }: Machine): Progress => {
  return async (what, work) => {
    tell(`berth: ${what}\n`);
    return work;
  };
};

const onTerminal = ({ tell }: Machine, style: Style): Progress => {
  const waiting = new Set<string>();
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    frame += 1;
    const sign = FRAMES[frame % FRAMES.length] ?? "";
    const [first = "", ...others] = waiting;
    const more = others.length > 0 ? ` (and ${others.length} more)` : "";
    const room = WIDTH - more.length;
    const shown = first.length > room ? `${first.slice(0, room - 1)}…` : first;
    tell(`\r\x1b[K${style.faint(sign)} berth: ${shown}${more}`);
  };
  return async (what, work) => {
    waiting.add(what);
    timer ??= setInterval(draw, INTERVAL);
    try {
      return await work;
    } finally {
      waiting.delete(what);
      if (waiting.size === 0) {
        clearInterval(timer);
        timer = undefined;
        tell("\r\x1b[K");
      }
    }
  };
};

/** For people who wait: a line each in a log, one that moves on a terminal, or nothing. */
export const progressFor = (quiet: boolean, machine: Machine, style: Style): Progress => {
  if (quiet) return async (_, work) => work;
  return style.isLive ? onTerminal(machine, style) : inLog(machine);
};
