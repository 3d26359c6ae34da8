// SPDX-License-Identifier: BSD-2-Clause
// What --wait of the tools for networks waits for: which state each of them is to come to, and in which it has failed.
import { goal } from './goal'
import { subnets, vpcs } from './network-states'

export const vpcAvailable = goal({
  look: vpcs,
  stranger: 'vpc-00000000',
  reached: 'available',
  failed: '',
})
export const subnetAvailable = goal({
  look: subnets,
  stranger: 'subnet-00000000',
  reached: 'available',
  failed: '',
})
