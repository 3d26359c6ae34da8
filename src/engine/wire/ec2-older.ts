// SPDX-License-Identifier: BSD-2-Clause
// Answers in older versions of EC2's API. Most clients pass over what they do not know. Boto 2 loses the rest of a record
// behind a list that it does not know, so that a version has no lists that came with a later one.

/** Since the last version, in which VPCs got second blocks and IPv6. */
const lists = new Set([
  ...['CidrBlockAssociationSet', 'Ipv6CidrBlockAssociationSet', 'CidrBlockSet', 'Ipv6CidrBlockSet'],
  ...['Ipv6Ranges', 'Ipv6Addresses'],
])

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** An operation's output as it was before the last version. */
export const asOlder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asOlder)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (lists.has(name) ? [] : [[name, asOlder(member)]])),
  )
}
