// SPDX-License-Identifier: BSD-2-Clause
// CloudFormation.
//
// Missing
// - Change sets, stack sets, drift, types from elsewhere, hooks, macros, generated templates, stack refactoring; of networks,
//   endpoints, flow logs, IPv6 blocks (SubnetCidrBlock) and options of VPN tunnels.
// - Roles of the service (RoleARN), rollback triggers, ResourceTypes, RetainExceptOnCreate, DisableRollback of an update, forced
//   deletion: requests that ask for one are refused.
// - Update policies of Auto Scaling groups, and MinSuccessfulInstancesPercent: they are read, and nothing goes by them.
// - Topics (NotificationARNs) are kept and shown; nothing is posted to them.
// - Refusals in JSON (those of requests with ContentType=JSON are XML), properties of resources in events, templates from other
//   hosts than this cloud's.
//
// Different on purpose
// - Unknown properties are refused with the request, with the line where they stand. Eucalyptus refused them when it came to the
//   resource; the setting by which it passed them over works here as well, and an event of the stack tells of them.
// - What is done for a stack is done with the permissions of whoever ordered it last. When he is gone, the account's
//   administrator takes back what was being created; all else fails until somebody orders it again.
// - A resource that is not ready within an hour has failed; Eucalyptus waited for five minutes at each step.
// - The rollback of an update restores what it can in one go; what could not be cleared away after an update is kept in mind,
//   and tried again after the next one and when the stack is deleted.
// - A stack's policy is enforced; Eucalyptus kept it until 4.2. A request with a ClientRequestToken may be sent again.
// - Outputs are exported and taken in by other stacks, as on AWS, which Eucalyptus did not have. A stack whose exports are in use is
//   not deleted: the request is refused, where AWS accepts it and cancels it afterwards.
// - Deleted stacks are shown, by their ids, for 90 days, as on AWS.
// - An unknown name gives DescribeStacks and DescribeStackEvents an empty list, as in Eucalyptus; AWS' SDKs are refused it, and get
//   AWS' codes, which end in Exception (src/engine/aws-clients.ts).
import type { Service } from '../operation'
import { deniedByCloudFormation, invalid } from './refusals'
import { forgetStack } from './stacks/deleting'
import { stackOperations } from './stacks/operations'
import { stepStack } from './stacks/step'
import { templateOperations } from './template-operations'

export const cloudformation: Service = {
  name: 'cloudformation',
  denied: deniedByCloudFormation,
  missing: member => invalid(`${member} is required`),
  operations: {
    ...stackOperations,
    ...templateOperations,
  },
  tasks: { 'cloudformation.forgotten': forgetStack },
  chores: { 'cloudformation.step': stepStack },
}
