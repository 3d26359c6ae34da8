// SPDX-License-Identifier: BSD-2-Clause
// What somebody tries with another account's instance. All of it is refused.
import type { Attempt } from './isolation-volumes'

export const instanceAttempts = (instance: string): readonly Attempt[] => {
  const one = { InstanceId: instance }
  const instances = { InstanceIds: [instance] }
  const AssociationId = `iip-assoc-${instance.slice(2)}`
  const IamInstanceProfile = { Name: 'bobs' }
  return [
    ['DescribeInstances', instances],
    ['DescribeInstances', { InstanceIds: ['verbose'] }],
    ['DescribeInstanceStatus', instances],
    ['TerminateInstances', instances],
    ['RebootInstances', instances],
    ['StopInstances', instances],
    ['StartInstances', instances],
    ['MonitorInstances', instances],
    ['UnmonitorInstances', instances],
    ['ConfirmProductInstance', { ...one, ProductCode: 'theirs' }],
    ['GetConsoleOutput', one],
    ['GetPasswordData', one],
    ['DescribeInstanceAttribute', { ...one, Attribute: 'userData' }],
    ['ModifyInstanceAttribute', { ...one, DisableApiTermination: { Value: true } }],
    ['ResetInstanceAttribute', { ...one, Attribute: 'kernel' }],
    ['ModifyInstanceMetadataOptions', { ...one, HttpTokens: 'required' }],
    ['AssociateIamInstanceProfile', { ...one, IamInstanceProfile }],
    ['ReplaceIamInstanceProfileAssociation', { AssociationId, IamInstanceProfile }],
    ['DisassociateIamInstanceProfile', { AssociationId }],
    ['DescribeIamInstanceProfileAssociations', { AssociationIds: [AssociationId] }],
  ]
}
