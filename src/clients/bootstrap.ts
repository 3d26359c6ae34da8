// SPDX-License-Identifier: BSD-2-Clause

import { DescribeServiceCertificates$ } from '../schemas/extensions'
import type { Connection } from './connection'
import type { BootstrapClient } from './operations'
import { methodsOf, querySender } from './query-client'

export const open = (connection: Connection): BootstrapClient =>
  methodsOf<BootstrapClient>(querySender(connection, { dialect: 'ec2', version: 'eucalyptus', bare: true }), {
    describeServiceCertificates: DescribeServiceCertificates$,
  })
