// SPDX-License-Identifier: BSD-2-Clause
// Eucalyptus' own administration service (Empyrean).
//
// Missing: everything about services and properties; this cloud is one process that has nothing to start or stop.
// Different on purpose: nothing.
import { DescribeServiceCertificates$ } from '../../schemas/extensions'
import { operation, type Service } from '../operation'
import { describeServiceCertificates } from './service-certificates'

export const bootstrap: Service = {
  name: 'bootstrap',
  operations: {
    DescribeServiceCertificates: operation(DescribeServiceCertificates$, describeServiceCertificates),
  },
}
