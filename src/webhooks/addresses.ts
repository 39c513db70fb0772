import { BlockList, isIP } from 'node:net';

/** Never: this network's own, link-local (with the metadata service of clouds), multicast, tunnels. */
const NEVER = listOf([
  ...['0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/128', 'fe80::/10', 'ff00::/8', 'fd00:ec2::254/128'],
  ...['64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32', '::ffff:0:0:0/96'],
]);

/** Only for receivers that are declared as internal. */
const INTERNAL = listOf([
  ...['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
  // `::/96` has `::1`, and IPv4 addresses in a form that nobody uses any more; `fec0::/10` came before `fc00::/7`.
  ...['198.18.0.0/15', '::/96', 'fc00::/7', 'fec0::/10'],
]);

/** Why nothing is sent to an IP address, as part of a sentence; undefined if it may be. Pure. */
export function addressFault(address: string, internal: boolean): string | undefined {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (NEVER.check(address, family)) return `${address} is an address to which nothing is ever sent`;
  if (!internal && INTERNAL.check(address, family))
    return `${address} is a private address; set "internal: true" if that is right`;
  return undefined;
}

/** The same for the host of an address, if that is an IP address and no name. */
export function hostFault(url: string, internal: boolean): string | undefined {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? undefined : addressFault(host, internal);
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [base = '', bits] = network.split('/');
    list.addSubnet(base, Number(bits), isIP(base) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
