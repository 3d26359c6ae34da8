// SPDX-License-Identifier: BSD-2-Clause
// Parameters that name things of the account. Whether these are there is asked when the stack is there itself, so that it
// fails and not the request (engine-cloudformation-cloudwatch, part 1 §4).

import { mayRun } from '../../ec2/image-access'
import { findImage } from '../../ec2/image-ids'
import { groupById, groupsOf } from '../../ec2/security-group-records'
import { zoneNames } from '../../ec2/zones'
import type { Tx } from '../../operation'
import { invalid } from '../refusals'
import type { StackParameter, Template } from './contracts'
import { itemTypeOf, valuesIn } from './parameter-types'

const isOwn = (tx: Tx, thing: { readonly account: string } | undefined): boolean =>
  thing?.account === tx.caller.account

const isKnown: Readonly<Record<string, (tx: Tx, value: string) => boolean>> = {
  'AWS::EC2::AvailabilityZone::Name': (_, value) => zoneNames.includes(value),
  'AWS::EC2::Image::Id': (tx, value) => {
    const image = findImage(tx, value)
    return image !== undefined && mayRun(tx.caller, image)
  },
  'AWS::EC2::Instance::Id': (tx, value) => isOwn(tx, tx.instances.get(value.toLowerCase())),
  'AWS::EC2::KeyPair::KeyName': (tx, value) => tx.keyPairs.in(tx.caller.account).get(value) !== undefined,
  'AWS::EC2::SecurityGroup::Id': (tx, value) => isOwn(tx, groupById(tx, value)),
  'AWS::EC2::SecurityGroup::GroupName': (tx, value) => groupsOf(tx).some(({ name }) => name === value),
  'AWS::EC2::Subnet::Id': (tx, value) => isOwn(tx, tx.subnets.get(value.toLowerCase())),
  'AWS::EC2::Volume::Id': (tx, value) => isOwn(tx, tx.volumes.get(value.toLowerCase())),
  'AWS::EC2::VPC::Id': (tx, value) => isOwn(tx, tx.vpcs.get(value.toLowerCase())),
}

/** Refuse parameters that name what the caller's account does not have, with what the template says of them. */
export const checkTypedParameters = (
  tx: Tx,
  template: Template,
  parameters: readonly StackParameter[],
): void => {
  for (const { key, value: text } of parameters) {
    const declaration = template.parameters.get(key)
    const isThere = isKnown[itemTypeOf(declaration?.type ?? '')]
    if (!declaration || !isThere) continue
    const missing = valuesIn(declaration.type, text).find(value => !isThere(tx, value))
    if (missing === undefined) continue
    const shown = declaration.noEcho ? '****' : missing
    const explained =
      declaration.constraintDescription === undefined ? '' : `: ${declaration.constraintDescription}`
    invalid(
      `Parameter validation failed: parameter value ${shown} for parameter name ${key} does not exist${explained}`,
    )
  }
}
