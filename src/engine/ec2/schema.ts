// SPDX-License-Identifier: BSD-2-Clause
import { imageTables } from './schema/images'
import { instanceTables } from './schema/instances'
import { networkTables } from './schema/network'
import { tagTables } from './schema/tags'

export const ec2Tables = { ...imageTables, ...instanceTables, ...networkTables, ...tagTables }
