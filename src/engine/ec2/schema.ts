// SPDX-License-Identifier: BSD-2-Clause
import { bundleTaskTables } from './schema/bundle-tasks'
import { conversionTables } from './schema/conversions'
import { imageTables } from './schema/images'
import { instanceTables } from './schema/instances'
import { networkTables } from './schema/network'
import { tagTables } from './schema/tags'
import { volumeTables } from './schema/volumes'
import { vpcTables } from './schema/vpc'

export const ec2Tables = {
  ...bundleTaskTables,
  ...conversionTables,
  ...imageTables,
  ...instanceTables,
  ...networkTables,
  ...tagTables,
  ...volumeTables,
  ...vpcTables,
}
