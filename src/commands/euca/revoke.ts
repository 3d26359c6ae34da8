// SPDX-License-Identifier: BSD-2-Clause
import { changedGroup, checkPermission, permissionOf, permissionOptions } from '../../cli/ec2/permission'
import { ec2 } from '../../cli/suites'
import { permissionChangeRows } from '../../rows/security-groups'

export default ec2.command({
  summary: 'Remove a rule from a security group',
  options: permissionOptions,
  rules: checkPermission,
  call: (ec2, args) => {
    const { GroupId, ...named }: { GroupId?: string; GroupName?: string } = changedGroup(args)
    const IpPermissions = [permissionOf(args)]
    return args.egress
      ? ec2.revokeSecurityGroupEgress({ GroupId, IpPermissions })
      : ec2.revokeSecurityGroupIngress({ ...(GroupId ? { GroupId } : named), IpPermissions })
  },
  rows: (_, args) => permissionChangeRows(args.group, permissionOf(args)),
})
