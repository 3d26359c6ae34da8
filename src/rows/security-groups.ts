// SPDX-License-Identifier: BSD-2-Clause
import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2'
import { type Cell, firstOf, type Row } from './cell'
import { tagRows } from './tags'

const permissionRows = (
  group: SecurityGroup,
  permission: IpPermission,
  direction: 'ingress' | 'egress',
): Row[] => {
  const start = [
    'PERMISSION',
    group.OwnerId,
    group.GroupName,
    'ALLOWS',
    permission.IpProtocol,
    permission.FromPort,
    permission.ToPort,
    direction === 'ingress' ? 'FROM' : 'TO',
  ]
  return [
    ...(permission.IpRanges ?? []).map((range): Row => [...start, 'CIDR', range.CidrIp, direction]),
    ...(permission.UserIdGroupPairs ?? []).map(
      (pair): Row => [
        ...start,
        'USER',
        pair.UserId,
        ...(pair.GroupName ? ['NAME', pair.GroupName] : []),
        ...(pair.GroupId ? ['ID', pair.GroupId] : []),
        direction,
      ],
    ),
  ]
}

export const securityGroupRows = (groups: readonly SecurityGroup[] | undefined): Row[] =>
  (groups ?? []).flatMap(group => [
    ['GROUP', group.GroupId, group.OwnerId, group.GroupName, group.Description, group.VpcId],
    ...(group.IpPermissions ?? []).flatMap(permission => permissionRows(group, permission, 'ingress')),
    ...(group.IpPermissionsEgress ?? []).flatMap(permission => permissionRows(group, permission, 'egress')),
    ...tagRows(firstOf(group.GroupId, group.GroupName), group.Tags),
  ])

/** What was asked for of one group; the reply to a change of its rules says nothing of it. */
export const permissionChangeRows = (
  group: string,
  { IpProtocol, FromPort, ToPort, IpRanges = [], UserIdGroupPairs = [] }: IpPermission,
): Row[] => {
  const [pair] = UserIdGroupPairs
  const sources: Cell[] = [
    ...(pair?.UserId ? ['USER', pair.UserId] : []),
    ...(pair?.GroupName ? ['NAME', pair.GroupName] : []),
    ...(pair?.GroupId ? ['ID', pair.GroupId] : []),
    ...IpRanges.flatMap(({ CidrIp }) => ['FROM', 'CIDR', CidrIp]),
  ]
  return [
    ['GROUP', group],
    ['PERMISSION', group, 'ALLOWS', IpProtocol, FromPort, ToPort, ...sources],
  ]
}
