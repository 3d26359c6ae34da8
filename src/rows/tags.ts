// SPDX-License-Identifier: BSD-2-Clause
import type { Tag, TagDescription } from '@aws-sdk/client-ec2'
import type { Row } from './cell'

const typesByPrefix: Readonly<Record<string, string>> = {
  eipalloc: 'allocation-id',
  bun: 'bundle',
  import: 'conversion-task',
  cgw: 'customer-gateway',
  dopt: 'dhcp-options',
  export: 'export-task',
  aki: 'image',
  ami: 'image',
  ari: 'image',
  eki: 'image',
  emi: 'image',
  eri: 'image',
  i: 'instance',
  igw: 'internet-gateway',
  acl: 'network-acl',
  eni: 'network-interface',
  rtb: 'route-table',
  sg: 'security-group',
  snap: 'snapshot',
  sir: 'spot-instances-request',
  subnet: 'subnet',
  vol: 'volume',
  vpc: 'vpc',
  pcx: 'vpc-peering-connection',
  vpn: 'vpn-connection',
  vgw: 'vpn-gateway',
}

/** The type that an ID's prefix stands for. */
export const resourceType = (id: string | undefined): string | undefined => {
  const [, prefix] = /^([a-z]+)-/.exec(id ?? '') ?? []
  return prefix !== undefined && Object.hasOwn(typesByPrefix, prefix) ? typesByPrefix[prefix] : undefined
}

/** The lines of what carries these tags. */
export const tagRows = (id: string | undefined, tags: readonly Tag[] | undefined): Row[] =>
  (tags ?? []).map(({ Key, Value }) => ['TAG', resourceType(id), id, Key, Value])

export const describedTagRows = (tags: readonly TagDescription[] | undefined): Row[] =>
  (tags ?? []).map(tag => ['TAG', tag.ResourceType, tag.ResourceId, tag.Key, tag.Value])
