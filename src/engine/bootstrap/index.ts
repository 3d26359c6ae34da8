// SPDX-License-Identifier: BSD-2-Clause
// Eucalyptus' own administration service (Empyrean).
//
// Missing: everything about services and properties; this cloud is one process that has nothing to start or stop.
// Different on purpose: nothing.
import { DescribeServiceCertificates$ } from '../../schemas/extensions'
import { type Access, type Demand, deniedByDefault } from '../access'
import { operation, type Service, type Tx } from '../operation'
import { describeServiceCertificates } from './service-certificates'

const everything: Demand = { resource: '*' }

/** What is the cloud's own is for the users of its own account, and of them for those who may ask. */
const cloudAdministrators: Access = (tx: Tx) =>
  tx.caller.isCloudAdmin ? [everything] : deniedByDefault(tx, everything, tx.decide(everything))

export const bootstrap: Service = {
  name: 'bootstrap',
  operations: {
    DescribeServiceCertificates: operation(DescribeServiceCertificates$, describeServiceCertificates, {
      access: cloudAdministrators,
    }),
  },
}
