const ESC = "\x1b";

/** Text made to break shells, logs and the parsers of CI systems' commands, by what it attacks. */
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
// https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands
// https://www.jetbrains.com/help/teamcity/service-messages.html
// https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections
// https://buildkite.com/docs/pipelines/configure/managing-log-output
export const payloads: Readonly<Record<string, string>> = {
  substitution: "$(touch pwned)`touch pwned`$IFS<(touch pwned)",
  quotes: `';touch pwned;'";touch pwned;"\\';touch pwned;\`&&touch pwned||touch pwned`,
  words: " * ?  [a-z]*\t{a,b} ~ !! !x =ls %PATH% %%b ^& $HOME -n #x \\",
  "line break": "a\n::set-env name=X::pwned\n::add-path::/pwned",
  "carriage return": "a\r\n::add-mask::pwned\r##[error]pwned",
  github: "::set-output name=X::pwned::stop-commands::pwned",
  expression: `${"$"}{{ github.token }}$(macro)%AZP25%0A::error::pwned`,
  azure: "##vso[task.setvariable variable=X]pwned ##[command]###[error]%AZP25",
  teamcity: "##teamcity[setParameter name='env.X' value='pwned|n']",
  gitlab: `section_start:1:x\r${ESC}[0Kpwned`,
  travis: `travis_fold:start:pwned\rtravis_time:start:pwned\r${ESC}[0K`,
  buildkite: "\n+++ pwned\n^^^ +++\n--- pwned\n~~~ pwned",
  ansi: `${ESC}[2J${ESC}]0;pwned\x07${ESC}[8mha:pwned\u009b31m\x08\x7f\x0b\x0c\x1a\x1c\x1d\x1e\x01`,
  marks: "\u202Egnp.pwned\u2066\u200f\u2028::error::pwned\u2029##[pwned\u0085::error::pwned\ufeff",
  userinfo: "https://user:pwned@evil.example.com:443/x?y=z#w",
  prototype: "__proto__",
  inherited: "constructor",
  path: "../../../../../../proc/self/environ",
  option: "--help",
  device: "/dev/stdin",
  replaced: "a\ufffd\ufffeb",
  long: `${"a/$(touch pwned) ".repeat(7_000)}`,
};

/** What every one of the characters that no shell can do without does in the middle of a word. */
export const controls: readonly string[] = [
  ...[...Array(0x20).keys()].filter((code) => ![0, 0x0a, 0x0d].includes(code)),
  ...[...Array(0x21).keys()].map((code) => 0x7f + code),
  ...[0x200b, 0x200f, 0x2028, 0x2029, 0x202e, 0x2066, 0xfeff, 0xfffd, 0xfffe, 0x10ffff],
].map((code) => `a${String.fromCodePoint(code)}b`);

const COMMANDS = [
  /^\s*::/,
  /##(?:vso|teamcity)?\[/,
  /^(?:\+\+\+|---|~~~|\^\^\^) /,
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u,
];

/** The lines of a log that a CI, a terminal or a reader's eye would take for something else than what they are. */
export const forgeries = (text: string): readonly string[] =>
  text
    .split(/[\n\r\u0085\u2028\u2029]/)
    .filter((line) => COMMANDS.some((command) => command.test(line)))
    .map((line) => line.slice(0, 200));
