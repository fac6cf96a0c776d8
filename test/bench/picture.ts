import type { Bar } from "./bars.ts";

const WIDTH = 720;
const LEFT = 300;
const LONGEST = 320;
const [TOP, STEP, THICKNESS] = [72, 42, 24];

const TITLE = "Registry access at the start of a job";
const SUBTITLE = "milliseconds, whole process; less is better";

// A picture in a page sees the reader's colour scheme, not the page's: so it has a background of its own.
const STYLE = `
    text { font: 15px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328 }
    .title { font-size: 17px; font-weight: 600 }
    .subtitle { font-size: 13px; fill: #59636e }
    .value { font-weight: 600; font-variant-numeric: tabular-nums }
    .ground { fill: #ffffff; stroke: #d1d9e0 }
    .own { fill: #0969da }
    .other { fill: #8c959f }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc }
      .subtitle { fill: #9198a1 }
      .ground { fill: #0d1117; stroke: #3d444d }
      .own { fill: #4493f8 }
      .other { fill: #656c76 }
    }
  `;

const milliseconds = (seconds: number): string => `${Math.round(seconds * 1000)} ms`;

const barOf = ({ label, seconds, own }: Bar, index: number, longest: number): string => {
  const [y, width] = [TOP + index * STEP, (LONGEST * seconds) / longest];
  const middle = y + THICKNESS / 2 + 5;
  return `
  <text x="24" y="${middle}">${label}</text>
  <rect class="${own ? "own" : "other"}" x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${THICKNESS}" rx="3"/>
  <text class="value" x="${(LEFT + width + 10).toFixed(1)}" y="${middle}">${milliseconds(seconds)}</text>`;
};

/** Draws the bars as an SVG picture, for light and dark pages. Labels are plain words. */
export const pictureOf = (bars: readonly Bar[]): string => {
  const longest = Math.max(...bars.map(({ seconds }) => seconds));
  const height = TOP + bars.length * STEP + 6;
  const description = bars.map(({ label, seconds }) => `${label}: ${milliseconds(seconds)}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title description">
  <title id="title">${TITLE}</title>
  <desc id="description">${description.join("; ")}.</desc>
  <style>${STYLE}</style>
  <rect class="ground" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>
  <text class="title" x="24" y="32">${TITLE}</text>
  <text class="subtitle" x="24" y="52">${SUBTITLE}</text>${bars.map((bar, index) => barOf(bar, index, longest)).join("")}
</svg>
`;
};
