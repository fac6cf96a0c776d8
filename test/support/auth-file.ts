/** The text of a Docker config, or an `auth.json`, with one login and nothing else. */
export const authFile = (host: string, user: string, token: string): string =>
  JSON.stringify({
    auths: { [host]: { auth: Buffer.from(`${user}:${token}`).toString("base64") } },
  });
