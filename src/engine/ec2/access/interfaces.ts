// SPDX-License-Identifier: BSD-2-Clause
// What operations on network interfaces ask: the interface, and what it is put in, is given or is taken from.
import type {
  CreateNetworkInterfaceRequest,
  ModifyNetworkInterfaceAttributeRequest,
} from '@aws-sdk/client-ec2'
import type { Tx } from '../../operation'
import { kinds } from '../vpc/kinds'
import { made } from './creating'
import { networkArn, networkById, newInNetwork, onNetwork } from './networks'
import { asking, listed } from './on'
import { any, groupByName, instanceById, owned, type Values } from './resources'

const interfaceById = networkById(kinds.networkInterface)

/** Where something new in a subnet will be. */
const inSubnet = (tx: Tx, subnetId: string | undefined): Values => {
  const subnet = owned(tx, tx.subnets.get((subnetId ?? '').toLowerCase()))
  return subnet
    ? {
        'ec2:Vpc': networkArn(tx, kinds.vpc, subnet.vpcId, subnet.account),
        'ec2:Subnet': networkArn(tx, kinds.subnet, subnet.id, subnet.account),
        'ec2:AvailabilityZone': subnet.zone,
      }
    : {}
}

export const toCreateNetworkInterface = asking<CreateNetworkInterfaceRequest>((tx, input) => [
  ...made(
    newInNetwork(tx, kinds.networkInterface, inSubnet(tx, input.SubnetId)),
    'CreateNetworkInterface',
    (input.TagSpecifications ?? []).flatMap(({ ResourceType, Tags }) =>
      ResourceType === 'network-interface' ? (Tags ?? []) : [],
    ),
  ),
  networkById(kinds.subnet)(tx, input.SubnetId || any),
  ...[...new Set(input.Groups ?? [])].map(id => groupByName(tx, id)),
])

interface AttachRequest {
  readonly NetworkInterfaceId?: string | undefined
  readonly InstanceId?: string | undefined
}

export const toAttachInterface = asking<AttachRequest>((tx, { NetworkInterfaceId, InstanceId }) => [
  interfaceById(tx, NetworkInterfaceId || any),
  instanceById(tx, InstanceId || any),
])

/** The interface that an attachment is of, and the instance that has it. */
export const toDetachInterface = asking<{ readonly AttachmentId?: string | undefined }>(
  (tx, { AttachmentId }) => {
    const id = (AttachmentId ?? '').toLowerCase()
    const found = tx.networkInterfaces.list().find(({ attachment }) => attachment?.id === id)
    const one = owned(tx, found)
    return [interfaceById(tx, one?.id ?? any), instanceById(tx, one?.attachment?.instanceId ?? any)]
  },
)

/** An interface, and the groups that it is to have. */
export const toModifyInterface = asking<ModifyNetworkInterfaceAttributeRequest>((tx, input) => [
  interfaceById(tx, input.NetworkInterfaceId || any),
  ...(input.Groups?.length ? listed([...new Set(input.Groups)]).map(id => groupByName(tx, id)) : []),
])

export const onInterface = onNetwork.networkInterface('NetworkInterfaceId')
