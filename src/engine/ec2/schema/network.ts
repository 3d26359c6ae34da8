// SPDX-License-Identifier: BSD-2-Clause
import { refuse } from '../../errors'
import { table } from '../../store/table'

/** The public half of a key pair; the private half is the user's alone. */
export interface KeyPair {
  readonly account: string
  /** `key-` and 8 hex digits. */
  readonly id: string
  readonly name: string
  readonly type: 'rsa' | 'ed25519'
  /** Colon-separated hex of SHA-1 or MD5 for RSA, base64 of SHA-256 for Ed25519. */
  readonly fingerprint: string
  /** A line of `authorized_keys`. */
  readonly publicKey: string
  readonly createdAt: Date
}

/** What one rule lets in: a protocol's ports from one source. ICMP has type and code where the others have ports. */
export interface SecurityGroupRule {
  /** `sgr-` and 8 hex digits. */
  readonly id: string
  /** `-1` is every protocol. In a VPC it may be any, by IANA's number. Only `tcp`, `udp` and `icmp` have ports. */
  readonly protocol: string
  readonly fromPort?: number
  readonly toPort?: number
  readonly source: RuleSource
  readonly description?: string
}

/** An address block, or the instances of a group. A group's name stays in the rule when the group is gone. */
export type RuleSource =
  | { readonly cidr: string }
  | { readonly cidrIpv6: string }
  | { readonly groupId: string; readonly groupName: string; readonly account: string }

export interface SecurityGroup {
  readonly account: string
  /** `sg-` and 8 hex digits. */
  readonly id: string
  readonly name: string
  readonly description: string
  /** Id of the user who made it, as whose it counts. */
  readonly createdBy?: string
  /** What may come in. */
  readonly rules: readonly SecurityGroupRule[]
  /** Names are unique within a VPC. Without one it is of the classic network. */
  readonly vpcId?: string
  /** What may go out: of a VPC's groups alone. Sources are destinations here. */
  readonly egress?: readonly SecurityGroupRule[]
}

/** A public address in use: an elastic one that an account holds, or one that an instance was given at its start. */
export interface Address {
  readonly ip: string
  readonly account: string
  readonly kind: 'elastic' | 'automatic'
  readonly instanceId?: string
  /** What it is known by in a VPC: `eipalloc-` and 8 hex digits. Without it, it is of the domain `standard`. */
  readonly allocationId?: string
  /** `eipassoc-` and 8 hex digits, while an interface has it. */
  readonly associationId?: string
  /** In a VPC, the interface that has it, and for which of the interface's private addresses. */
  readonly interfaceId?: string
  readonly privateIp?: string
  /** Id of the user who made it, as whose it counts. */
  readonly createdBy?: string
  readonly allocatedAt: Date
}

export interface PrivateAddress {
  readonly ip: string
  readonly instanceId: string
}

/** The same from the instance's side, so that neither showing nor ending one has to look through all addresses. */
export interface InstanceAddresses {
  readonly instanceId: string
  readonly privateIp?: string
  readonly automaticIp?: string
  /** Takes the automatic one's place while it is there. */
  readonly elasticIp?: string
}

/** What the nodes of a zone have, where it is not the default. */
export interface ZoneResources {
  readonly name: string
  readonly cpus: number
  readonly memoryMib: number
  readonly diskGib: number
}

/** An instance type that an administrator has changed, as it is now. */
export interface ChangedType {
  readonly name: string
  readonly cpus: number
  readonly diskGib: number
  readonly memoryMib: number
  readonly networkInterfaces: number
}

export const networkTables = {
  keyPairs: table<KeyPair>({
    scope: 'account',
    key: pair => pair.name,
    missing: name => refuse('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`),
  }),
  securityGroups: table<SecurityGroup>({ scope: 'cloud', key: group => group.id }),
  addresses: table<Address>({ scope: 'cloud', key: address => address.ip }),
  privateAddresses: table<PrivateAddress>({ scope: 'cloud', key: address => address.ip }),
  instanceAddresses: table<InstanceAddresses>({ scope: 'cloud', key: addresses => addresses.instanceId }),
  zones: table<ZoneResources>({ scope: 'cloud', key: zone => zone.name }),
  changedTypes: table<ChangedType>({ scope: 'cloud', key: type => type.name }),
}
