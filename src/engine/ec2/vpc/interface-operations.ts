// SPDX-License-Identifier: BSD-2-Clause
// The operations on network interfaces: a part of the table of contents.
import {
  AttachNetworkInterface$,
  CreateNetworkInterface$,
  DeleteNetworkInterface$,
  DescribeNetworkInterfaceAttribute$,
  DescribeNetworkInterfaces$,
  DetachNetworkInterface$,
  ModifyNetworkInterfaceAttribute$,
  UnassignPrivateIpAddresses$,
} from '@aws-sdk/client-ec2'
import {
  AssignPrivateIpAddressesWithReturn$,
  ResetNetworkInterfaceAttributeByName$,
} from '../../../schemas/extended-operations'
import { type OperationEntry, operation } from '../../operation'
import {
  onInterface,
  toAttachInterface,
  toCreateNetworkInterface,
  toDetachInterface,
  toModifyInterface,
} from '../access/interfaces'
import { attachNetworkInterface, detachNetworkInterface } from './interface-attachments'
import {
  describeNetworkInterfaceAttribute,
  modifyNetworkInterfaceAttribute,
  resetNetworkInterfaceAttribute,
} from './interface-attributes'
import {
  createNetworkInterface,
  deleteNetworkInterface,
  describeNetworkInterfaces,
} from './network-interfaces'
import { assignPrivateIpAddresses, unassignPrivateIpAddresses } from './secondary-addresses'

export const interfaceFamily: Readonly<Record<string, OperationEntry>> = {
  CreateNetworkInterface: operation(CreateNetworkInterface$, createNetworkInterface, {
    access: toCreateNetworkInterface,
  }),
  DeleteNetworkInterface: operation(DeleteNetworkInterface$, deleteNetworkInterface, { access: onInterface }),
  DescribeNetworkInterfaces: operation(DescribeNetworkInterfaces$, describeNetworkInterfaces),
  AttachNetworkInterface: operation(AttachNetworkInterface$, attachNetworkInterface, {
    access: toAttachInterface,
  }),
  DetachNetworkInterface: operation(DetachNetworkInterface$, detachNetworkInterface, {
    access: toDetachInterface,
  }),
  DescribeNetworkInterfaceAttribute: operation(
    DescribeNetworkInterfaceAttribute$,
    describeNetworkInterfaceAttribute,
    { access: onInterface },
  ),
  ModifyNetworkInterfaceAttribute: operation(
    ModifyNetworkInterfaceAttribute$,
    modifyNetworkInterfaceAttribute,
    { access: toModifyInterface },
  ),
  ResetNetworkInterfaceAttribute: operation(
    ResetNetworkInterfaceAttributeByName$,
    resetNetworkInterfaceAttribute,
    { access: onInterface },
  ),
  AssignPrivateIpAddresses: operation(AssignPrivateIpAddressesWithReturn$, assignPrivateIpAddresses, {
    access: onInterface,
  }),
  UnassignPrivateIpAddresses: operation(UnassignPrivateIpAddresses$, unassignPrivateIpAddresses, {
    access: onInterface,
  }),
}
