// SPDX-License-Identifier: BSD-2-Clause
import { changedGroup, checkPermission, permissionOf, permissionOptions } from '../../cli/ec2/permission'
import { ec2 } from '../../cli/suites'
import { permissionChangeRows } from '../../rows/security-groups'

export default ec2.command({
  summary: 'Add a rule to a security group that allows traffic to pass',
  options: permissionOptions,
  rules: checkPermission,
  call: (ec2, args) => {
    const { GroupId, ...named }: { GroupId?: string; GroupName?: string } = changedGroup(args)
    const IpPermissions = [permissionOf(args)]
    return args.egress
      ? ec2.authorizeSecurityGroupEgress({ GroupId, IpPermissions })
      : ec2.authorizeSecurityGroupIngress({ ...(GroupId ? { GroupId } : named), IpPermissions })
  },
  rows: (_, args) => permissionChangeRows(args.group, permissionOf(args)),
})
