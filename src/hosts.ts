export const withoutPort = (host: string): string => host.replace(/:\d+$/, "");

const parentOf = (host: string): string => host.slice(host.indexOf(".") + 1);

const isAddress = (host: string): boolean => /^[\d.]+$|^\[/.test(host);

/**
 * Whether two hosts, without ports, are the same, one below the other, or side by side (registry.example.com and
 * gitlab.example.com): near enough that one's owner is likely the other's.
 */
export const areRelated = (one: string, other: string): boolean => {
  if (one === other) return true;
  if (isAddress(one) || isAddress(other)) return false;
  const parent = parentOf(one);
  return (
    one.endsWith(`.${other}`) ||
    other.endsWith(`.${one}`) ||
    (parent === parentOf(other) && parent.includes("."))
  );
};

/** Whether a host is this machine itself. */
export const isThisMachine = (hostname: string): boolean =>
  /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);

// Where AWS' containers get their credentials, without TLS.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
const OF_CONTAINER: readonly string[] = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"];

/** Whether a host is on no network: never by a proxy, and so without TLS, too. */
export const isNear = (hostname: string): boolean =>
  isThisMachine(hostname) || OF_CONTAINER.includes(hostname);
