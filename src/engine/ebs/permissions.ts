// SPDX-License-Identifier: BSD-2-Clause
// What the EBS direct APIs ask of policies, and how they say no. Snapshots are EC2's: so are their ARNs.
import type { ListChangedBlocksRequest, StartSnapshotRequest } from '@aws-sdk/client-ebs'
import type { Denial } from '../access'
import { made } from '../ec2/access/creating'
import { asking, withContext } from '../ec2/access/on'
import { any, arn, snapshotById } from '../ec2/access/resources'
import { refuse } from '../errors'

export const deniedByEbs: Denial = (tx, { action, resource }, { reason }) => {
  const why =
    reason === 'explicit-deny'
      ? 'with an explicit deny'
      : `because no ${policyOf[reason] ?? 'identity-based'} policy allows the ${action} action`
  return refuse(
    'AccessDeniedException',
    `User: ${tx.caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
    403,
  )
}

/** AWS' words for the layers that allow nothing. */
const policyOf: Readonly<Record<string, string>> = {
  'account-gate': 'service control',
  boundary: 'permissions boundary',
  session: 'session',
}

/** Who goes on from a snapshot reads it: that is asked for as well. */
export const toStartSnapshot = asking<StartSnapshotRequest>((tx, input) => {
  const { ParentSnapshotId: parent, Tags = [] } = input
  const context = {
    'ebs:Description': input.Description,
    'ebs:ParentSnapshot': parent === undefined ? undefined : arn(tx, 'snapshot', parent.toLowerCase(), ''),
    'ebs:VolumeSize': input.VolumeSize === undefined ? undefined : String(input.VolumeSize),
  }
  const demand = withContext({ resource: arn(tx, 'snapshot', any, '') }, context)
  const [start = demand, ...tagging] = made(demand, 'StartSnapshot', Tags)
  return [
    start,
    ...tagging,
    ...(parent === undefined ? [] : [withContext(snapshotById(tx, parent), start.context ?? {})]),
  ]
})

export const onBothSnapshots = asking<ListChangedBlocksRequest>((tx, { FirstSnapshotId, SecondSnapshotId }) =>
  [FirstSnapshotId, SecondSnapshotId].filter(id => id !== undefined).map(id => snapshotById(tx, id)),
)
