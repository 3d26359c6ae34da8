// SPDX-License-Identifier: BSD-2-Clause
import { describeGroups } from '../../cli/ec2/describe-groups'

export default describeGroups
