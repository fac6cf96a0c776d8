import { expect, test } from "@jest/globals";
import { pictureOf } from "./picture.ts";

const STYLE = /<style>.*<\/style>/s;

const picture = pictureOf([
  { label: "docker login", seconds: 0.0404, own: false },
  { label: "berth", seconds: 0.01, own: true },
]);

test("bars are as long as their times, and a description has what they show", () => {
  expect(picture.replace(STYLE, "<style/>")).toBe(`\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 162" width="720" height="162" role="img" aria-labelledby="title description">
  <title id="title">Registry access at the start of a job</title>
  <desc id="description">docker login: 40 ms; berth: 10 ms.</desc>
  <style/>
  <rect class="ground" x="0.5" y="0.5" width="719" height="161" rx="8"/>
  <text class="title" x="24" y="32">Registry access at the start of a job</text>
  <text class="subtitle" x="24" y="52">milliseconds, whole process; less is better</text>
  <text x="24" y="89">docker login</text>
  <rect class="other" x="300" y="72" width="320.0" height="24" rx="3"/>
  <text class="value" x="630.0" y="89">40 ms</text>
  <text x="24" y="131">berth</text>
  <rect class="own" x="300" y="114" width="79.2" height="24" rx="3"/>
  <text class="value" x="389.2" y="131">10 ms</text>
</svg>
`);
});

test("every class has a colour, in light and in dark", () => {
  const [style = ""] = STYLE.exec(picture) ?? [];
  const [light = "", dark = ""] = style.split("@media (prefers-color-scheme: dark)");
  const coloured = (part: string) =>
    [...part.matchAll(/(text|\.\w+) \{[^}]*fill:/g)].map(([, selector]) => selector);
  const selectors = ["text", ".subtitle", ".ground", ".own", ".other"];
  expect([coloured(light), coloured(dark)]).toEqual([selectors, selectors]);
});
