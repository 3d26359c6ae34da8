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
  DescribeAddressesAttribute$,
  DescribeAvailabilityZones$,
  DescribeInstanceTypeOfferings$,
  DescribeKeyPairs$,
  DescribeRegions$,
  DescribeSecurityGroupRules$,
  DescribeSecurityGroups$,
  DescribeTags$,
  DisassociateAddress$,
  ImportKeyPair$,
  ModifySecurityGroupRules$,
  ReleaseAddress$,
  RevokeSecurityGroupEgress$,
  RevokeSecurityGroupIngress$,
  UpdateSecurityGroupRuleDescriptionsEgress$,
  UpdateSecurityGroupRuleDescriptionsIngress$,
} from '@aws-sdk/client-ec2'
import {
  AssociateAddressWithReturn$,
  CreateSecurityGroupWithReturn$,
} from '../../schemas/extended-operations'
import { ModifyInstanceTypeAttribute$ } from '../../schemas/extensions'
import { type OperationEntry, operation } from '../operation'
import { onAddress, toAllocateAddress, toAssociateAddress } from './access/addresses'
import {
  toAuthorizeEgress,
  toAuthorizeIngress,
  toCreateKeyPair,
  toCreateSecurityGroup,
  toImportKeyPair,
} from './access/creating'
import { onEverything, onGroup, onKeyPair, onType } from './access/on'
import { toTag, toUntag } from './access/tagging'
import { describeAccountAttributes } from './account-attributes'
import { describeAddressesAttribute } from './address-attributes'
import { describeAddresses } from './address-lists'
import { allocateAddress, associateAddress, disassociateAddress, releaseAddress } from './addresses'
import { modifyInstanceTypeAttribute } from './instance-type-changes'
import { describeInstanceTypeOfferings } from './instance-type-offerings'
import { DescribeInstanceTypes$, describeInstanceTypes } from './instance-types'
import { createKeyPair, deleteKeyPair, describeKeyPairs, importKeyPair } from './key-pairs'
import {
  modifySecurityGroupRules,
  updateSecurityGroupRuleDescriptionsEgress,
  updateSecurityGroupRuleDescriptionsIngress,
} from './security-group-changes'
import {
  authorizeSecurityGroupEgress,
  authorizeSecurityGroupIngress,
  describeSecurityGroupRules,
  revokeSecurityGroupEgress,
  revokeSecurityGroupIngress,
} from './security-group-permissions'
import { createSecurityGroup, deleteSecurityGroup, describeSecurityGroups } from './security-groups'
import { createTags, deleteTags, describeTags } from './tags'
import { describeAvailabilityZones, describeRegions } from './zones'

export const networkOperations: Readonly<Record<string, OperationEntry>> = {
  CreateKeyPair: operation(CreateKeyPair$, createKeyPair, { access: toCreateKeyPair }),
  ImportKeyPair: operation(ImportKeyPair$, importKeyPair, { access: toImportKeyPair }),
  DeleteKeyPair: operation(DeleteKeyPair$, deleteKeyPair, { access: onKeyPair }),
  DescribeKeyPairs: operation(DescribeKeyPairs$, describeKeyPairs),

  CreateSecurityGroup: operation(CreateSecurityGroupWithReturn$, createSecurityGroup, {
    access: toCreateSecurityGroup,
  }),
  DeleteSecurityGroup: operation(DeleteSecurityGroup$, deleteSecurityGroup, { access: onGroup }),
  DescribeSecurityGroups: operation(DescribeSecurityGroups$, describeSecurityGroups),
  DescribeSecurityGroupRules: operation(DescribeSecurityGroupRules$, describeSecurityGroupRules),
  AuthorizeSecurityGroupIngress: operation(AuthorizeSecurityGroupIngress$, authorizeSecurityGroupIngress, {
    access: toAuthorizeIngress,
  }),
  RevokeSecurityGroupIngress: operation(RevokeSecurityGroupIngress$, revokeSecurityGroupIngress, {
    access: onGroup,
  }),
  AuthorizeSecurityGroupEgress: operation(AuthorizeSecurityGroupEgress$, authorizeSecurityGroupEgress, {
    access: toAuthorizeEgress,
  }),
  RevokeSecurityGroupEgress: operation(RevokeSecurityGroupEgress$, revokeSecurityGroupEgress, {
    access: onGroup,
  }),
  UpdateSecurityGroupRuleDescriptionsIngress: operation(
    UpdateSecurityGroupRuleDescriptionsIngress$,
    updateSecurityGroupRuleDescriptionsIngress,
    { access: onGroup },
  ),
  UpdateSecurityGroupRuleDescriptionsEgress: operation(
    UpdateSecurityGroupRuleDescriptionsEgress$,
    updateSecurityGroupRuleDescriptionsEgress,
    { access: onGroup },
  ),
  ModifySecurityGroupRules: operation(ModifySecurityGroupRules$, modifySecurityGroupRules, {
    access: onGroup,
  }),

  AllocateAddress: operation(AllocateAddress$, allocateAddress, { access: toAllocateAddress }),
  AssociateAddress: operation(AssociateAddressWithReturn$, associateAddress, {
    access: toAssociateAddress,
  }),
  DisassociateAddress: operation(DisassociateAddress$, disassociateAddress, { access: onAddress }),
  ReleaseAddress: operation(ReleaseAddress$, releaseAddress, { access: onAddress }),
  DescribeAddresses: operation(DescribeAddresses$, describeAddresses),
  DescribeAddressesAttribute: operation(DescribeAddressesAttribute$, describeAddressesAttribute),

  CreateTags: operation(CreateTags$, createTags, { access: toTag }),
  DeleteTags: operation(DeleteTags$, deleteTags, { access: toUntag }),
  DescribeTags: operation(DescribeTags$, describeTags),

  DescribeAvailabilityZones: operation(DescribeAvailabilityZones$, describeAvailabilityZones),
  DescribeRegions: operation(DescribeRegions$, describeRegions, { access: onEverything }),
  DescribeInstanceTypes: operation(DescribeInstanceTypes$, describeInstanceTypes),
  DescribeInstanceTypeOfferings: operation(DescribeInstanceTypeOfferings$, describeInstanceTypeOfferings),
  ModifyInstanceTypeAttribute: operation(ModifyInstanceTypeAttribute$, modifyInstanceTypeAttribute, {
    access: onType,
  }),
  DescribeAccountAttributes: operation(DescribeAccountAttributes$, describeAccountAttributes, {
    access: onEverything,
  }),
}
