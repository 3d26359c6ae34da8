// SPDX-License-Identifier: BSD-2-Clause
// Names of protocols and services, from the system's databases where it has them.
import { readFileSync } from 'node:fs'

// What a machine without the databases is most likely asked for.
const usualProtocols = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  sctp: 132,
}
const usualServices = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  http: 80,
  pop3: 110,
  ntp: 123,
  imap2: 143,
  snmp: 161,
  ldap: 389,
  https: 443,
  ldaps: 636,
  imaps: 993,
  mysql: 3306,
  postgresql: 5432,
}

const lines = (file: string): string[][] => {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map(line => line.replace(/#.*/, '').trim().split(/\s+/))
      .filter(words => words.length >= 2)
  } catch {
    return [] // Minimal systems have no such file; then the usual names are all there are.
  }
}

const usual = (table: Readonly<Record<string, number>>, name: string): number | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

/** Number of a protocol by its name or alias. */
export const protocolNumber = (name: string): number | undefined => {
  const found = lines('/etc/protocols').find(
    ([official, , ...aliases]) => official === name || aliases.includes(name),
  )
  return found ? Number(found[1]) : usual(usualProtocols, name)
}

/** Port of a service of this protocol (`tcp` or `udp`) by its name or alias. */
export const servicePort = (name: string, protocol: string): number | undefined => {
  const found = lines('/etc/services').find(
    ([official, where = '', ...aliases]) =>
      where.endsWith(`/${protocol}`) && (official === name || aliases.includes(name)),
  )
  return found ? Number.parseInt(found[1] ?? '', 10) : usual(usualServices, name)
}
