// SPDX-License-Identifier: BSD-2-Clause
import type { Connection } from './connection'
import { DescribeServiceCertificates$ } from './extensions'
import type { BootstrapClient } from './operations'
import { methodsOf, querySender } from './query-client'

export const open = (connection: Connection): BootstrapClient =>
  methodsOf<BootstrapClient>(querySender(connection, { dialect: 'ec2', version: 'eucalyptus', bare: true }), {
    describeServiceCertificates: DescribeServiceCertificates$,
  })
