// SPDX-License-Identifier: BSD-2-Clause
// Whether an instance is told of itself, and whether it has to show a token: the metadata service goes by it. Eucalyptus
// knows none of this; it is AWS'. How far a token's answer may travel is kept, but nothing here goes farther than a hop.
import type {
  InstanceMetadataOptionsRequest,
  InstanceMetadataOptionsResponse,
  ModifyInstanceMetadataOptionsRequest,
  ModifyInstanceMetadataOptionsResult,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import type { Operation } from '../operation'
import { instanceWithAttributes } from './instance-ids'
import type { Instance, MetadataOptions } from './schema/instances'

const usual: MetadataOptions = { isTold: true, needsToken: false, hopLimit: 1 }

const mostHops = 64

export const metadataOptionsOf = ({ metadataOptions = usual }: Pick<Instance, 'metadataOptions'>) =>
  metadataOptions

const invalid = (parameter: string, value: string | number): never =>
  refuse('InvalidParameterValue', `Value (${value}) for parameter ${parameter} is invalid.`)

/** Which of two a member says, if it says anything. */
const choice = (parameter: string, value: string | undefined, yes: string, no: string) => {
  if (!value) return undefined
  return value === yes || (value !== no && invalid(parameter, value))
}

/** What they are after a request that has some of them. */
export const metadataOptionsAsked = (
  asked: InstanceMetadataOptionsRequest,
  before = usual,
): MetadataOptions => {
  const { HttpEndpoint, HttpTokens, HttpPutResponseHopLimit: hops } = asked
  if (choice('HttpProtocolIpv6', asked.HttpProtocolIpv6, 'enabled', 'disabled')) {
    refuse('UnsupportedOperation', 'The metadata service of this cloud has no address of IPv6.')
  }
  if (choice('InstanceMetadataTags', asked.InstanceMetadataTags, 'enabled', 'disabled')) {
    refuse('UnsupportedOperation', 'Tags are not among the metadata of this cloud.')
  }
  if (hops !== undefined && !(Number.isInteger(hops) && hops >= 1 && hops <= mostHops)) {
    invalid('HttpPutResponseHopLimit', hops)
  }
  return {
    isTold: choice('HttpEndpoint', HttpEndpoint, 'enabled', 'disabled') ?? before.isTold,
    needsToken: choice('HttpTokens', HttpTokens, 'required', 'optional') ?? before.needsToken,
    hopLimit: hops ?? before.hopLimit,
  }
}

export const metadataOptionsView = (instance: Instance): InstanceMetadataOptionsResponse => {
  const { isTold, needsToken, hopLimit } = metadataOptionsOf(instance)
  return {
    State: 'applied',
    HttpTokens: needsToken ? 'required' : 'optional',
    HttpPutResponseHopLimit: hopLimit,
    HttpEndpoint: isTold ? 'enabled' : 'disabled',
    HttpProtocolIpv6: 'disabled',
    InstanceMetadataTags: 'disabled',
  }
}

export const modifyInstanceMetadataOptions: Operation<
  ModifyInstanceMetadataOptionsRequest,
  ModifyInstanceMetadataOptionsResult
> = (tx, input) => {
  const instance = instanceWithAttributes(tx, input.InstanceId)
  const metadataOptions = metadataOptionsAsked(input, metadataOptionsOf(instance))
  const changed = tx.instances.put({ ...instance, metadataOptions })
  return { InstanceId: instance.id, InstanceMetadataOptions: metadataOptionsView(changed) }
}
