// SPDX-License-Identifier: BSD-2-Clause
// The operations around images and instances: what opens them, what lets traffic in, where they are reached, how they
// are marked, and where and how large they can be. `index.ts` is the service's whole table of contents.
import {
  AllocateAddress$,
  AuthorizeSecurityGroupEgress$,
  AuthorizeSecurityGroupIngress$,
  CreateKeyPair$,
  CreateTags$,
  DeleteKeyPair$,
  DeleteSecurityGroup$,
  DeleteTags$,
  DescribeAccountAttributes$,
  DescribeAddresses$,
  DescribeAvailabilityZones$,
  DescribeKeyPairs$,
  DescribeRegions$,
  DescribeSecurityGroupRules$,
  DescribeSecurityGroups$,
  DescribeTags$,
  DisassociateAddress$,
  ImportKeyPair$,
  ReleaseAddress$,
  RevokeSecurityGroupEgress$,
  RevokeSecurityGroupIngress$,
} from '@aws-sdk/client-ec2'
import {
  AssociateAddressWithReturn$,
  CreateSecurityGroupWithReturn$,
} from '../../schemas/extended-operations'
import { type OperationEntry, operation } from '../operation'
import { describeAccountAttributes } from './account-attributes'
import {
  allocateAddress,
  associateAddress,
  describeAddresses,
  disassociateAddress,
  releaseAddress,
} from './addresses'
import { DescribeInstanceTypes$, describeInstanceTypes } from './instance-types'
import { createKeyPair, deleteKeyPair, describeKeyPairs, importKeyPair } from './key-pairs'
import {
  authorizeSecurityGroupIngress,
  createSecurityGroup,
  deleteSecurityGroup,
  describeSecurityGroupRules,
  describeSecurityGroups,
  refuseEgress,
  revokeSecurityGroupIngress,
} from './security-groups'
import { createTags, deleteTags, describeTags } from './tags'
import { describeAvailabilityZones, describeRegions } from './zones'

export const networkOperations: Readonly<Record<string, OperationEntry>> = {
  CreateKeyPair: operation(CreateKeyPair$, createKeyPair),
  ImportKeyPair: operation(ImportKeyPair$, importKeyPair),
  DeleteKeyPair: operation(DeleteKeyPair$, deleteKeyPair),
  DescribeKeyPairs: operation(DescribeKeyPairs$, describeKeyPairs),

  CreateSecurityGroup: operation(CreateSecurityGroupWithReturn$, createSecurityGroup),
  DeleteSecurityGroup: operation(DeleteSecurityGroup$, deleteSecurityGroup),
  DescribeSecurityGroups: operation(DescribeSecurityGroups$, describeSecurityGroups),
  DescribeSecurityGroupRules: operation(DescribeSecurityGroupRules$, describeSecurityGroupRules),
  AuthorizeSecurityGroupIngress: operation(AuthorizeSecurityGroupIngress$, authorizeSecurityGroupIngress),
  RevokeSecurityGroupIngress: operation(RevokeSecurityGroupIngress$, revokeSecurityGroupIngress),
  AuthorizeSecurityGroupEgress: operation(AuthorizeSecurityGroupEgress$, refuseEgress),
  RevokeSecurityGroupEgress: operation(RevokeSecurityGroupEgress$, refuseEgress),

  AllocateAddress: operation(AllocateAddress$, allocateAddress),
  AssociateAddress: operation(AssociateAddressWithReturn$, associateAddress),
  DisassociateAddress: operation(DisassociateAddress$, disassociateAddress),
  ReleaseAddress: operation(ReleaseAddress$, releaseAddress),
  DescribeAddresses: operation(DescribeAddresses$, describeAddresses),

  CreateTags: operation(CreateTags$, createTags),
  DeleteTags: operation(DeleteTags$, deleteTags),
  DescribeTags: operation(DescribeTags$, describeTags),

  DescribeAvailabilityZones: operation(DescribeAvailabilityZones$, describeAvailabilityZones),
  DescribeRegions: operation(DescribeRegions$, describeRegions),
  DescribeInstanceTypes: operation(DescribeInstanceTypes$, describeInstanceTypes),
  DescribeAccountAttributes: operation(DescribeAccountAttributes$, describeAccountAttributes),
}
