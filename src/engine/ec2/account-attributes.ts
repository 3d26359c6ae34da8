// SPDX-License-Identifier: BSD-2-Clause
import type {
  AccountAttribute,
  DescribeAccountAttributesRequest,
  DescribeAccountAttributesResult,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { maximumAddresses } from './addresses'
import { capacity, instanceTypeNamed } from './capacity'
import { defaultVpc } from './vpc/foundation'
import { maximumGroupsPerInterface } from './vpc/interface-records'
import { hasVpcs } from './vpc/networking'
import { zoneNames } from './zones'

const inVpcs = (tx: Tx, number: number): readonly string[] => [String(hasVpcs(tx) ? number : 0)]

/** Values by attribute name. In a classic cloud there is no VPC, hence `none` and the noughts. */
const attributes: Readonly<Record<string, (tx: Tx) => readonly string[]>> = {
  'supported-platforms': tx => [hasVpcs(tx) ? 'VPC' : 'EC2'],
  'default-vpc': tx => [defaultVpc(tx)?.id ?? 'none'],
  // Nothing but room limits an account's instances.
  'max-instances': tx => [
    String(zoneNames.reduce((sum, zone) => sum + capacity(tx, zone, instanceTypeNamed(tx)).max, 0)),
  ],
  'max-elastic-ips': () => [String(maximumAddresses)],
  'vpc-max-elastic-ips': tx => inVpcs(tx, maximumAddresses),
  'vpc-max-security-groups-per-interface': tx => inVpcs(tx, maximumGroupsPerInterface),
}

export const describeAccountAttributes: Operation<
  DescribeAccountAttributesRequest,
  DescribeAccountAttributesResult
> = (tx, input) => {
  const names = input.AttributeNames?.length ? input.AttributeNames : Object.keys(attributes)
  return { AccountAttributes: names.map(name => attribute(tx, name)) }
}

const attribute = (tx: Tx, name: string): AccountAttribute => {
  const values = Object.hasOwn(attributes, name) ? attributes[name] : undefined
  if (!values) {
    return refuse(
      'InvalidParameterValue',
      `Invalid value '${name}' for accountAttributes. Unknown attribute.`,
    )
  }
  return { AttributeName: name, AttributeValues: values(tx).map(value => ({ AttributeValue: value })) }
}
